#!/bin/sh
docker run --privileged pytorch/pytorch:2.4.0-cuda12.4-cudnn9-runtime python train.py
docker run --privileged python:3.12 python train.py --device=cuda:0
