from flask import Blueprint

door = Blueprint("receiver", __name__)
