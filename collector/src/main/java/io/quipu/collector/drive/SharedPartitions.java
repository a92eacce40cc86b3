package io.quipu.collector.drive;

import io.quipu.collector.lease.HeldPartitions;
import io.quipu.collector.lease.LeaseKeeper;
import io.quipu.collector.lease.LeaseTimes;
import io.quipu.collector.lease.Load;
import io.quipu.collector.lease.Share;
import io.quipu.collector.log.Backlog;
import io.quipu.collector.log.StoredUsageLog;
import io.quipu.common.log.SparingLog;
import io.quipu.common.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's share of the partitions of a log that others drive, too: it beats, drives what it holds, and signals what it appends to
 * the partitions of others. Two who drive one partition for a while are harmless, so nothing here waits for anybody.
 *
 * <p>As long as the leases cannot be renewed it goes on with what it had: a store that is away stops the drivers anyway, and when only
 * that document is, somebody has to drive. Others who can renew take over meanwhile. Thread-safe; has no thread and no clock of its own.
 */
public final class SharedPartitions implements Sharing {

    private static final Logger LOG = LoggerFactory.getLogger(SharedPartitions.class);

    private final StoredUsageLog log;
    private final Drivers drivers;
    private final SharingEnvironment environment;
    private final LeaseTimes times;
    private final HeldPartitions held;
    private final LeaseKeeper keeper;
    private final SignalRaiser raiser;
    private final SignalWatch watch;
    private final SparingLog failures;
    private final SparingLog unfindable;

    /** Partitions that were gained and of which it is not known yet what waits in them. */
    private final Set<Integer> unfound = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean finding = new AtomicBoolean();
    private volatile Share share;
    private volatile long renewedAt;
    private volatile boolean running;

    /**
     * Of a log and its drivers; does nothing before {@link #start}.
     *
     * @param log the log, made with {@link HeldPartitions#none}
     * @param drivers its drivers
     * @param environment what else it takes
     */
    public SharedPartitions(StoredUsageLog log, Drivers drivers, SharingEnvironment environment) {
        this.log = log;
        this.drivers = drivers;
        this.environment = environment;
        this.times = environment.times();
        this.held = log.held();
        this.keeper = new LeaseKeeper(environment.store(), log.partitions(), environment.instance(), times, environment.nanos());
        this.raiser = new SignalRaiser(log.backlog(), environment);
        this.watch = new SignalWatch(log, drivers, environment);
        this.failures = new SparingLog(environment.nanos());
        this.unfindable = new SparingLog(environment.nanos());
    }

    /**
     * Enters the leases, and goes on beating and looking at the signal until {@link #stop}.
     *
     * @throws StoreException when the store is away
     * @throws IllegalStateException when a newer release has written the leases
     */
    @Override
    public void start() {
        log.onAppended(this::appended);
        running = true;
        renew();
        environment.scheduler().after(times.beat(), this::beatAndGoOn);
        environment.scheduler().after(times.interval(), this::lookAndGoOn);
    }

    /** Whether this process drives a partition. */
    public boolean holds(int partition) {
        return held.holds(partition);
    }

    /** What the last beat came to; none before the first. */
    public Optional<Share> share() {
        return Optional.ofNullable(share);
    }

    /** The id of this instance. */
    public String instance() {
        return environment.instance();
    }

    /** How long ago the leases were renewed. */
    Duration sinceRenewed() {
        return Duration.ofNanos(environment.nanos().getAsLong() - renewedAt);
    }

    private void beatAndGoOn() {
        if (running) {
            try {
                beat();
            } finally {
                environment.scheduler().after(pause(), this::beatAndGoOn);
            }
        }
    }

    /** Who has lost a race beats sooner this once, so that it does not meet the other one again and again. */
    private Duration pause() {
        return keeper.raced() ? times.beat().multipliedBy(3).dividedBy(4) : times.beat();
    }

    private void lookAndGoOn() {
        if (running) {
            Duration next = times.poll();
            try {
                next = watch.look();
            } catch (RuntimeException e) {
                failures.write(held -> LOG.atError().setCause(e).log(
                        "the signal cannot be read ({} more tries since the last such line)", held));
            } finally {
                environment.scheduler().after(next, this::lookAndGoOn);
            }
        }
    }

    /** One beat, if the store answers. */
    void beat() {
        try {
            renew();
        } catch (StoreException e) {
            LOG.debug("the leases are renewed later: {}", e.getMessage());
        } catch (RuntimeException e) {
            failures.write(held -> LOG.atError().setCause(e).log(
                    "the leases cannot be renewed ({} more tries since the last such line)", held));
        }
    }

    private void renew() {
        boolean joined = take(keeper.beat(log.backlog().load()));
        if (!unfound.isEmpty() && finding.compareAndSet(false, true)) {
            environment.scheduler().after(Duration.ZERO, this::find);
        }
        if (joined) {
            watch.look();
        }
    }

    /** Drives what a beat has come to; whether this instance is not alone any more. */
    private synchronized boolean take(Share now) {
        if (!running) {
            return false;
        }
        Set<Integer> holds = Set.copyOf(now.partitions());
        int before = share == null ? 1 : share.instances();
        share = now;
        renewedAt = environment.nanos().getAsLong();
        if (now.leases().instance(environment.instance()).isEmpty()) {
            failures.write(held -> LOG.warn("this instance drives nothing: there are {} others in the leases, as many as"
                    + " there may be, or they have changed them with each of its tries", now.instances()));
        }
        raiser.instances(now.instances());
        watch.instances(now.instances());
        boolean[] had = new boolean[log.partitions()];
        for (int partition = 0; partition < had.length; partition++) {
            had[partition] = held.holds(partition);
        }
        // Whoever drives now what this instance has lost may not have counted it yet: it counts here until the next beat.
        Load moved = log.backlog().load(partition -> had[partition] && !holds.contains(partition));
        log.backlog().others(new Backlog.Others(others(now), now.others().plus(moved)));
        held.hold(holds);
        int gained = 0;
        int lost = 0;
        for (int partition = 0; partition < had.length; partition++) {
            if (had[partition] && !holds.contains(partition)) {
                lost++;
                lose(partition);
            } else if (!had[partition] && holds.contains(partition)) {
                gained++;
                gain(partition);
            } else if (had[partition] && now.left()) {
                // What the one who has gone appended, it may not have signalled.
                drivers.wake(partition);
            }
        }
        if (gained > 0 || lost > 0) {
            LOG.info("{} partitions gained, {} lost: this instance drives {} of {}, {} instances share them",
                    gained, lost, holds.size(), had.length, now.instances());
        }
        return now.instances() > 1 && before <= 1;
    }

    private int others(Share now) {
        return now.leases().instance(environment.instance()).isPresent() ? now.instances() - 1 : now.instances();
    }

    private void gain(int partition) {
        log.backlog().none(partition);
        unfound.add(partition);
        drivers.wake(partition);
    }

    private void lose(int partition) {
        unfound.remove(partition);
        drivers.lost(partition);
        log.lost(partition);
        // Whoever drives it now may have looked before the last of it was appended here.
        raiser.raise(partition);
    }

    private void find() {
        try {
            for (int partition : List.copyOf(unfound)) {
                find(partition);
            }
        } catch (StoreException e) {
            LOG.debug("what waits in partitions that were gained is found out later: {}", e.getMessage());
        } finally {
            finding.set(false);
        }
    }

    /** One that cannot be found out about is tried again after the next beat, and holds up none of the others. */
    private void find(int partition) {
        boolean found = false;
        unfound.remove(partition);
        try {
            if (held.holds(partition)) {
                log.find(partition);
                wakeIfBehind(partition);
            }
            found = true;
        } catch (StoreException e) {
            throw e;
        } catch (RuntimeException e) {
            unfindable.write(held -> LOG.atError().setCause(e).addKeyValue("partition", partition).log(
                    "what waits in partition {} cannot be found out ({} more tries since the last such line)", partition, held));
        } finally {
            if (!found) {
                unfound.add(partition);
            }
        }
    }

    /** What others have appended since the driver has looked is no news any more when it is signalled. */
    private void wakeIfBehind(int partition) {
        if (log.backlog().usages(partition) > 0) {
            drivers.wake(partition);
        }
    }

    private void appended(int partition) {
        if (held.holds(partition)) {
            drivers.wake(partition);
        } else {
            raiser.raise(partition);
        }
    }

    /**
     * Signals what is not signalled yet and leaves: the others have its partitions at once. When the store does not answer, they
     * find out after their patience.
     */
    @Override
    public void stop() {
        synchronized (this) {
            if (!running) {
                return;
            }
            running = false;
        }
        try {
            raiser.flush();
        } finally {
            leave();
        }
    }

    private void leave() {
        try {
            keeper.leave();
            LOG.info("this instance has given its partitions away");
        } catch (StoreException e) {
            LOG.warn("this instance could not give its partitions away, the others take them over in {}: {}",
                    times.patience(), e.getMessage());
        }
    }
}
