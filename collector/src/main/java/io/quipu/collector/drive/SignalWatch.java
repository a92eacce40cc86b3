package io.quipu.collector.drive;

import io.quipu.collector.lease.LeaseTimes;
import io.quipu.collector.lease.Signal;
import io.quipu.collector.lease.SignalBoard;
import io.quipu.collector.log.Backlog;
import io.quipu.collector.log.StoredUsageLog;
import io.quipu.common.store.StoreException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the signal for what others have appended to the partitions that this process drives: often while there is news, less and
 * less often while there is none. Thread-safe.
 */
final class SignalWatch {

    private static final Logger LOG = LoggerFactory.getLogger(SignalWatch.class);

    private final StoredUsageLog log;
    private final Drivers drivers;
    private final SignalBoard board;
    private final LeaseTimes times;
    private Duration wait;
    private boolean alone;

    SignalWatch(StoredUsageLog log, Drivers drivers, SharingEnvironment environment) {
        this.log = log;
        this.drivers = drivers;
        this.board = new SignalBoard(environment.store());
        this.times = environment.times();
        this.wait = times.interval();
    }

    /** So many instances there are. */
    synchronized void instances(int instances) {
        alone = instances <= 1;
    }

    /** Looks once, and wakes the drivers of what has more; after how long it is to be looked at again. */
    Duration look() {
        boolean news = false;
        try {
            news = tell(board.read());
        } catch (StoreException e) {
            LOG.debug("the signal is looked at later: {}", e.getMessage());
        }
        return next(news);
    }

    private boolean tell(Signal signal) {
        Backlog backlog = log.backlog();
        boolean news = false;
        for (int partition = 0; partition < log.partitions(); partition++) {
            Signal.End end = signal.end(partition);
            if (log.held().holds(partition) && end.sequence() > backlog.end(partition).sequence()) {
                backlog.signalled(partition, end);
                drivers.wake(partition);
                news = true;
            }
        }
        if (!news) {
            drivers.metrics().emptyRead();
        }
        return news;
    }

    /** Who is alone needs no signal; those who have no room in the leases, or cannot reach them, may append all the same. */
    private synchronized Duration next(boolean news) {
        Duration longest = alone && times.beat().compareTo(times.poll()) > 0 ? times.beat() : times.poll();
        Duration doubled = wait.multipliedBy(2);
        wait = news ? times.interval() : doubled.compareTo(longest) > 0 ? longest : doubled;
        return wait;
    }
}
