"""Faults, each produced for real and healed; the conductor draws them by seed."""

from typing import Final

from chaos.faults import brokers, databases, intruders, lines, movers, processes
from chaos.faults.fault import Fault

__all__ = ["FAULTS", "Fault"]

FAULTS: Final = {
    fault.name: fault
    for fault in (
        Fault("kill", 6, processes.kill),
        Fault("freeze", 9, processes.freeze),
        Fault("rolling-restart", 20, processes.rolling_restart),
        Fault("rebalance-storm", 25, processes.rebalance_storm),
        Fault("clock", 25, processes.wrong_clock),
        Fault("late-join", 15, processes.late_join),
        Fault("database-backend", 3, databases.end_sessions),
        Fault("database-immediate", 8, databases.immediate_stop),
        Fault("disk-full", 12, databases.full_disk, as_root=True),
        Fault("restore-follower", 12, databases.restore_follower),
        Fault("reinstall-follower", 8, databases.reinstall_follower),
        Fault("restore-owner", 18, databases.restore_owner),
        Fault("broker-kill", 12, brokers.kill),
        Fault("leader-move", 14, brokers.leader_move, nodes=3),
        Fault("brokers-down", 20, brokers.all_down),
        Fault("broker-empty", 20, brokers.empty),
        Fault("latency", 10, lines.latency),
        Fault("resets", 8, lines.resets),
        Fault("half-open", 14, lines.half_open),
        Fault("duplicates", 4, intruders.duplicate),
        Fault("poison", 4, intruders.poison),
        Fault("move-sealed", 4, movers.move),
    )
}
