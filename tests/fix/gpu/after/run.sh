#!/bin/sh
docker run --gpus all --cap-drop ALL --cap-add CHOWN --cap-add DAC_OVERRIDE --cap-add FOWNER --cap-add SETGID --cap-add SETUID --security-opt no-new-privileges:true pytorch/pytorch:2.4.0-cuda12.4-cudnn9-runtime python train.py
docker run --gpus all --cap-drop ALL --cap-add CHOWN --cap-add DAC_OVERRIDE --cap-add FOWNER --cap-add SETGID --cap-add SETUID --security-opt no-new-privileges:true python:3.12 python train.py --device=cuda:0
