package io.quipu.collector.drive;

import io.quipu.collector.lease.Signal;
import io.quipu.collector.lease.SignalBoard;
import io.quipu.collector.log.Backlog;
import io.quipu.common.log.SparingLog;
import io.quipu.common.store.StoreException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signals what was appended here to partitions that others drive: all of it at once, at most once in an interval times the number of
 * instances, never in the way of a request. Thread-safe.
 */
final class SignalRaiser {

    private static final Logger LOG = LoggerFactory.getLogger(SignalRaiser.class);

    private final Backlog backlog;
    private final SignalBoard board;
    private final SharingEnvironment environment;
    private final Map<Integer, Signal.End> pending = new HashMap<>();
    private final Map<Integer, Long> raised = new HashMap<>();
    private final SparingLog failures;
    private Duration pause;
    private long raisedAt;
    private boolean scheduled;

    SignalRaiser(Backlog backlog, SharingEnvironment environment) {
        this.backlog = backlog;
        this.board = new SignalBoard(environment.store());
        this.environment = environment;
        this.failures = new SparingLog(environment.nanos());
        this.pause = environment.times().interval();
        this.raisedAt = environment.nanos().getAsLong() - pause.toNanos();
    }

    /** So many instances share what may be written. */
    synchronized void instances(int instances) {
        pause = environment.times().interval().multipliedBy(Math.max(1, instances));
    }

    /** Soon signals how far a partition is known to reach, unless it has done so. */
    void raise(int partition) {
        Signal.End end = backlog.end(partition);
        Duration delay;
        synchronized (this) {
            if (end.sequence() <= raised.getOrDefault(partition, 0L)) {
                return;
            }
            pending.put(partition, end);
            if (scheduled) {
                return;
            }
            scheduled = true;
            delay = Duration.ofNanos(Math.max(0, pause.toNanos() - (environment.nanos().getAsLong() - raisedAt)));
        }
        environment.scheduler().after(delay, this::flush);
    }

    /** Signals all that waits now; what cannot be signalled, for whatever reason, is tried again after a pause. */
    void flush() {
        Map<Integer, Signal.End> ends;
        synchronized (this) {
            scheduled = false;
            raisedAt = environment.nanos().getAsLong();
            ends = Map.copyOf(pending);
            pending.clear();
        }
        if (ends.isEmpty()) {
            return;
        }
        try {
            board.raise(ends);
            synchronized (this) {
                ends.forEach((partition, end) -> raised.merge(partition, end.sequence(), Math::max));
            }
        } catch (StoreException e) {
            LOG.debug("what was appended is signalled later: {}", e.getMessage());
            again(ends);
        } catch (RuntimeException e) {
            failures.write(held -> LOG.atError().setCause(e).log(
                    "what was appended cannot be signalled ({} more tries since the last such line)", held));
            again(ends);
        }
    }

    private void again(Map<Integer, Signal.End> ends) {
        Duration delay;
        synchronized (this) {
            ends.forEach(pending::putIfAbsent);
            if (scheduled) {
                return;
            }
            scheduled = true;
            delay = pause.compareTo(environment.times().poll()) > 0 ? pause : environment.times().poll();
        }
        environment.scheduler().after(delay, this::flush);
    }
}
