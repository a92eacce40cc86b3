package io.quipu.collector.drive;

import io.quipu.collector.drive.Driver.Step;
import io.quipu.common.stage.Batches;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the partitions that are to be driven their turns, in the order in which they came: those that wait go
 * together until a round has {@linkplain #ENOUGH_USAGES enough}, so that what a batch costs is shared. A partition that is to be {@linkplain Driver#alone alone} has a round for itself. Thread-safe.
 */
final class DriveRounds {

    /**
     * Usages of a round after which it takes no further partition: what more would save each of them, all would wait for. The last
     * one that it takes may have many more.
     */
    static final int ENOUGH_USAGES = 400;

    private static final Logger LOG = LoggerFactory.getLogger(DriveRounds.class);
    private static final Step AFTER_ERROR = new Step.Retry(Duration.ofSeconds(30));

    private final Round round;
    private final int atOnce;
    private final Executor executor;
    private final Scheduler scheduler;
    private final Deque<DriverLoop> waiting = new ArrayDeque<>();
    private int scheduled;
    private int alone;

    /**
     * Rounds.
     *
     * @param round drives partitions
     * @param atOnce rounds that can be under way at a time
     * @param executor runs them
     * @param scheduler wakes partitions that wait
     */
    DriveRounds(Round round, int atOnce, Executor executor, Scheduler scheduler) {
        this.round = round;
        this.atOnce = atOnce;
        this.executor = executor;
        this.scheduler = scheduler;
    }

    /** Partitions that have been queued. */
    void add(List<DriverLoop> queued) {
        synchronized (this) {
            waiting.addAll(queued);
        }
        schedule();
    }

    /** Has another round run if there is one to be run and not too many are under way. */
    private void schedule() {
        synchronized (this) {
            if (scheduled == atOnce || waiting.stream().noneMatch(this::mayGo)) {
                return;
            }
            scheduled++;
        }
        try {
            executor.execute(this::run);
        } catch (RejectedExecutionException stopped) {
            LOG.debug("partitions were to be driven after the executor had stopped");
        }
    }

    /** One round is left to the others, if there can be several. */
    private boolean mayGo(DriverLoop loop) {
        return !loop.driver().alone() || alone < Math.max(1, atOnce - 1);
    }

    private void run() {
        List<DriverLoop> taken = new ArrayList<>();
        boolean single = false;
        Map<Driver, Step> steps = new LinkedHashMap<>();
        try {
            single = take(taken);
            schedule();
            // A partition that was lost has no turn to be ended: it may have come back, and be in another round.
            taken.removeIf(loop -> !loop.begin());
            List<Driver> drivers = taken.stream().map(DriverLoop::driver).toList();
            if (!drivers.isEmpty()) {
                round.drive(drivers, steps);
            }
        } finally {
            // Also after an Error, such as a lack of memory: it ends these turns, not the partitions.
            try {
                end(taken, steps);
            } finally {
                over(single);
                schedule();
            }
        }
    }

    private synchronized void over(boolean single) {
        scheduled--;
        if (single) {
            alone--;
        }
    }

    /** Takes those whose turn it is, in their order; whether it is one that is alone. */
    private synchronized boolean take(List<DriverLoop> taken) {
        Iterator<DriverLoop> next = waiting.iterator();
        long usages = 0;
        while (next.hasNext() && taken.size() < Batches.MAX_BATCHES && usages < ENOUGH_USAGES) {
            DriverLoop loop = next.next();
            boolean single = loop.driver().alone();
            if (single && !(taken.isEmpty() && mayGo(loop))) {
                continue;
            }
            taken.add(loop);
            next.remove();
            usages += loop.driver().waiting();
            if (single) {
                alone++;
                return true;
            }
        }
        return false;
    }

    private void end(List<DriverLoop> taken, Map<Driver, Step> steps) {
        Deque<DriverLoop> first = new ArrayDeque<>();
        Map<Duration, List<DriverLoop>> later = new LinkedHashMap<>();
        for (DriverLoop loop : taken) {
            Step step = steps.get(loop.driver());
            if (step == null && loop.state() == DriverLoop.State.RUNNING) {
                loop.driver().ended();
            }
            loop.driver().forget();
            Optional<Duration> delay = loop.end(step == null ? AFTER_ERROR : step);
            if (step instanceof Step.Next && delay.isPresent()) {
                first.addFirst(loop);
            } else {
                delay.ifPresent(after -> later.computeIfAbsent(after, d -> new ArrayList<>()).add(loop));
            }
        }
        synchronized (this) {
            first.forEach(waiting::addFirst);
        }
        later.forEach((delay, those) -> {
            if (delay.isZero()) {
                add(those);
            } else {
                scheduler.after(delay, () -> add(those.stream().filter(DriverLoop::resume).toList()));
            }
        });
    }
}
