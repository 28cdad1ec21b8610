from flask import Blueprint

door = Blueprint("desk", __name__)
