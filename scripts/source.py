"""`./dev source NAME`: the path of a generated test source. Used by the tests as well."""

import argparse
import subprocess
import sys

from lab import sources


def main():
    parser = argparse.ArgumentParser(prog="./dev source", description="Generates a test source and prints its path.")
    parser.add_argument("name", nargs="?", choices=sources.CATALOGUE, help="which; without it, all are listed")
    parser.add_argument("--seconds", type=int, default=60)
    arguments = parser.parse_args()
    if arguments.name is None:
        for name, source in sources.CATALOGUE.items():
            print(f"{name:10} {source.about}")
        return 0
    try:
        print(sources.path_of(arguments.name, arguments.seconds))
    except (sources.NoEncoder, subprocess.CalledProcessError) as problem:
        print(f"source: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
