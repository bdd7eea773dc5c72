"""Fit the parameters: ``python -m omsorgstall.synthetic``; see ``calibrate``."""

from omsorgstall.synthetic.calibrate import main

if __name__ == "__main__":
    main()
