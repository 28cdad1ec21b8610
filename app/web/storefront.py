from flask import Blueprint

door = Blueprint("storefront", __name__)
