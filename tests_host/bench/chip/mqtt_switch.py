"""On the chip: a relay on MQTT, as the examples of umqtt.simple do it: poll, then check_msg.

mqtt.json at the root: {"ssid", "password", "host", "port", "nodelay", "name"}."""

import json
import select
import socket

import network
from machine import WDT, Pin
from umqtt.simple import MQTTClient

RELAY = 12
KEEP_ALIVE_S = 60
POLL_MS = 1000


def main():
    """Join, connect, subscribe, obey for ever."""
    with open("mqtt.json") as file:
        settings = json.load(file)
    _join(settings)
    relay = Pin(RELAY, Pin.OUT, value=0)
    name = settings["name"]
    state = b"twig/%s/relay" % name
    client = MQTTClient(name, settings["host"], settings["port"], keepalive=KEEP_ALIVE_S)

    def switch(topic, message):
        relay.value(message == b"1")
        client.publish(state, b"1" if relay.value() else b"0")

    client.set_callback(switch)
    client.connect()
    if settings["nodelay"]:
        client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.subscribe(state + b"/set")
    client.publish(state, b"ready")
    _serve(client)


def _join(settings):
    network.WLAN(network.AP_IF).active(False)
    station = network.WLAN(network.STA_IF)
    station.active(True)
    station.connect(settings["ssid"], settings["password"])
    while not station.isconnected():
        pass


def _serve(client):
    poller = select.poll()
    poller.register(client.sock, select.POLLIN)
    wdt = WDT()
    idle = 0
    while True:
        wdt.feed()
        if poller.poll(POLL_MS):
            client.check_msg()
            idle = 0
        else:
            idle += POLL_MS
            if idle >= KEEP_ALIVE_S * 500:
                client.ping()
                idle = 0
