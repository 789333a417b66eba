"""Who is on duty at time t: shifts, and operators who sign on and off."""
