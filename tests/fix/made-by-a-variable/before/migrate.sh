#!/bin/bash
export KEPT="kept"
export SERVICES="${KEPT}/services"
names=$(kubectl get services -o name)
if [ ! -z "$names" ]; then
    mkdir -p ${SERVICES}
    kubectl get services -o yaml > "${SERVICES}/all.yaml"
fi
