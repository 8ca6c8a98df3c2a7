"""Take a command line apart, call the verb, and turn every refusal into three lines and an exit code."""

from __future__ import annotations

import io
import os
import sys
from importlib import import_module
from typing import NoReturn

import click

from grader.errors import GraderError, NotOnWindows, Stopped, VerbMissing, nearest
from grader.reporting.text import harmless

VERBS = {  # what to import only when it is called: start-up stays fast
    "check": ("grader.cli.check", "Run the tests of modules or tasks and say what to fix first."),
    "hint": ("grader.cli.hint", "Show the next hint of a task."),
    "carry": ("grader.cli.carry", "Bring finished work forward from the modules before."),
    "grade": ("grader.cli.grade", "Grade submissions: authoritative, sandboxed, resumable."),
    "gradebook": ("grader.cli.gradebook", "Show what was graded."),
    "github": ("grader.cli.github", "Report a record to GitHub."),
    "course": ("grader.cli.course", "Render, prove, solve and publish the course."),
    "doctor": ("grader.cli.doctor", "Say what this machine can do, and what to install."),
}


class LazyGroup(click.Group):
    """A group whose verbs are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the verbs in the order of the table."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import a verb; where there is none of this name, say which is nearest."""
        if name not in VERBS:
            raise click.UsageError(f"No verb {name!r}.{nearest(name, VERBS)}", ctx)
        command: click.Command = import_module(VERBS[name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without importing any of them."""
        with formatter.section("Verbs"):
            formatter.write_dl([(name, told) for name, (_, told) in VERBS.items()])


@click.group(cls=LazyGroup, invoke_without_command=True)
@click.version_option(package_name="minitorch-grader", prog_name="grader")
@click.pass_context
def grader(ctx: click.Context) -> None:
    """Build a small PyTorch, and see what works.

    Without a verb: where you stand in each module, and what to run next.
    """
    if ctx.invoked_subcommand is None:
        from grader.cli.standing import show_standing

        show_standing()


def main() -> NoReturn:
    """Run the command line and exit: 0 done, 1 the work is not right, 2 called wrong, 3 the grader failed."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # what a terminal can't show is spelt, not fatal
            stream.reconfigure(errors="backslashreplace")
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    # Who read it had enough; the interpreter's own flush must not fail again.
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run a command line and give its exit code."""
    if sys.platform == "win32":
        return complain(NotOnWindows())
    try:
        code = grader.main(arguments, prog_name="grader", standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        return complain(Stopped())
    except click.ClickException as error:
        complain(_of_click(error))
        return 2
    except GraderError as error:
        return complain(error)
    except SystemExit:  # click and rich end so when nobody reads the output any more
        return GraderError.exit_code
    return code if isinstance(code, int) else 0


def complain(error: GraderError) -> int:
    """Print an error's three lines and give its exit code."""
    click.echo(harmless(str(error)), err=True)
    return error.exit_code


def _of_click(error: click.ClickException) -> GraderError:
    """Word click's complaint in our three lines."""
    context = getattr(error, "ctx", None)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        group = error.ctx.command
        verbs = group.list_commands(error.ctx) if isinstance(group, click.Group) else ()
        return VerbMissing(error.ctx.command_path, verbs)
    verb = context.command_path if context is not None else "grader"
    return GraderError(error.format_message(), f"the command line of `{verb}`", f"{verb} --help")
