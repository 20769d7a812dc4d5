"""The interviews that candidates of a requisition have: proposed, looked over, and given to people."""
