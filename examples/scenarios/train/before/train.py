"""Fit a small network to the digits of scikit-learn and save it."""

import argparse
from pathlib import Path

import joblib
import torch
import wandb
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression


def train(epochs, device):
    x, y = load_digits(return_X_y=True)
    x = torch.tensor(x, dtype=torch.float32, device=device) / 16
    y = torch.tensor(y, device=device)
    net = torch.nn.Sequential(
        torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10)
    ).to(device)
    optimizer = torch.optim.Adam(net.parameters())
    for epoch in range(epochs):
        loss = torch.nn.functional.cross_entropy(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        wandb.log({"epoch": epoch, "loss": loss.item()})
    return net


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, default=Path("/app/models"))
    parser.add_argument("--epochs", type=int, default=200)
    options = parser.parse_args()
    wandb.init(project="digits")
    net = train(options.epochs, "cuda" if torch.cuda.is_available() else "cpu")
    torch.save(net.state_dict(), options.out / "digits.pt")
    # a small one beside it, for the scenario `serve`
    small = LogisticRegression(max_iter=1000).fit(*load_digits(return_X_y=True))
    joblib.dump(small, options.out / "model.joblib")


if __name__ == "__main__":
    main()
