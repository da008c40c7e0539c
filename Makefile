# Copyright (c) community.twilio contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Two commands: "make demo" shows the modules at work, "make test" proves them.
# They need Python 3.11 or newer, and make what else they need below .build/.

.PHONY: help demo test matrix upcoming nox setup format changelog clean
.DEFAULT_GOAL := help

# Any Python that is new enough, to begin with. Give PYTHON=... to have exactly that one.
ifdef PYTHON
SETUP := "$(PYTHON)" tests/harness/setup.py --this
else
SETUP := python=$$(sh tests/harness/any-python.sh) && "$$python" tests/harness/setup.py
endif
RUN := .build/venv/bin/python -m tests.harness

help:
	@echo 'make demo     see the modules at work, against a local emulator of Twilio'
	@echo 'make test     what a pull request needs, on the newest ansible-core this machine can run'
	@echo 'make matrix   ansible-test on every supported ansible-core, AWX, and what takes long'
	@echo 'make upcoming the tests on the ansible-core in development; gates nothing'
	@echo 'make nox ARGS="-s unit"   one session; "make nox ARGS=-l" lists them'
	@echo 'make format   format the code'
	@echo 'make changelog the changelog of a release, from its fragments'
	@echo 'make clean    remove all that these commands made'

setup:
	@$(SETUP)

demo: setup
	@$(RUN).demo

test: setup
	@$(RUN).report test

matrix: setup
	@$(RUN).report matrix

upcoming: setup
	@$(RUN).report upcoming

nox: setup
	@.build/venv/bin/nox $(ARGS)

format: setup
	@.build/venv/bin/nox -s format

changelog: setup
	@.build/venv/bin/nox -s changelog

clean:
	rm -rf .build
