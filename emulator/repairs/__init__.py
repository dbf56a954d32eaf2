"""What moto 5.2.1 lacks or does otherwise than AWS, a function for each; its docstring says what would happen without it."""
from repairs import pace, services, state_machines

REPAIRS = [*state_machines.REPAIRS, *services.REPAIRS, *pace.REPAIRS]
