"""`./dev source NAME`: the path of a generated test source. Used by the tests as well."""

import argparse
import subprocess
import sys

from lab import sources, spoken


def main():
    parser = argparse.ArgumentParser(prog="./dev source", description="Generates a test source and prints its path.")
    parser.add_argument("name", nargs="?", choices=[*sources.CATALOGUE, "spoken"], help="which; without it, all are listed")
    parser.add_argument("--seconds", type=int, default=60)
    arguments = parser.parse_args()
    if arguments.name is None:
        for name, source in sources.CATALOGUE.items():
            print(f"{name:10} {source.about}")
        print("spoken     as plain, with known English sentences of 6 s each (flite, see ./dev setup --speak)")
        return 0
    try:
        make = spoken.path_of if arguments.name == "spoken" else lambda seconds: sources.path_of(arguments.name, seconds)
        print(make(arguments.seconds))
    except (FileNotFoundError, sources.NoEncoder, subprocess.CalledProcessError) as problem:
        print(f"source: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
