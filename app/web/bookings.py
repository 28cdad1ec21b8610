from flask import Blueprint

door = Blueprint("bookings", __name__)
