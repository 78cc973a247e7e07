"""`laneblock baseline` and the pytest fixture: did anything get worse?"""
