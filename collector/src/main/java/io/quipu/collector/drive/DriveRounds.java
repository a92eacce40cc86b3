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
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the partitions that are to be driven their turns, in the order in which they came: all that wait, in one round, and
 * while that is under way others gather for the next one. So the more there is to do, the less each batch costs. A
 * partition that is to be {@linkplain Driver#alone alone} has a round for itself. Thread-safe.
 */
final class DriveRounds {

    private static final Logger LOG = LoggerFactory.getLogger(DriveRounds.class);
    private static final Step AFTER_ERROR = new Step.Retry(Duration.ofSeconds(30));

    private final Round round;
    private final int atOnce;
    private final Executor executor;
    private final Scheduler scheduler;
    private final Deque<DriverLoop> waiting = new ArrayDeque<>();
    private int scheduled;

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
            if (waiting.isEmpty() || scheduled == atOnce) {
                return;
            }
            scheduled++;
        }
        submit();
    }

    private void submit() {
        try {
            executor.execute(this::run);
        } catch (RejectedExecutionException stopped) {
            LOG.debug("partitions were to be driven after the executor had stopped");
        }
    }

    private void run() {
        List<DriverLoop> loops = take();
        Map<Driver, Step> steps = new LinkedHashMap<>();
        try {
            if (!loops.isEmpty()) {
                round.drive(loops.stream().map(DriverLoop::driver).toList(), steps);
            }
        } finally {
            // Also after an Error, such as a lack of memory: it ends these turns, not the partitions.
            end(loops, steps);
            if (again()) {
                submit();
            }
        }
    }

    private synchronized boolean again() {
        if (waiting.isEmpty()) {
            scheduled--;
            return false;
        }
        return true;
    }

    private List<DriverLoop> take() {
        List<DriverLoop> taken = new ArrayList<>();
        synchronized (this) {
            for (Iterator<DriverLoop> next = waiting.iterator(); next.hasNext() && taken.size() < Batches.MAX_BATCHES;) {
                DriverLoop loop = next.next();
                boolean alone = loop.driver().alone();
                if (alone && !taken.isEmpty()) {
                    continue;
                }
                next.remove();
                taken.add(loop);
                if (alone) {
                    break;
                }
            }
        }
        return taken.stream().filter(DriverLoop::begin).toList();
    }

    private void end(List<DriverLoop> loops, Map<Driver, Step> steps) {
        Map<Duration, List<DriverLoop>> next = new LinkedHashMap<>();
        for (DriverLoop loop : loops) {
            loop.end(steps.getOrDefault(loop.driver(), AFTER_ERROR))
                    .ifPresent(delay -> next.computeIfAbsent(delay, d -> new ArrayList<>()).add(loop));
        }
        next.forEach((delay, those) -> {
            if (delay.isZero()) {
                add(those);
            } else {
                scheduler.after(delay, () -> add(those.stream().filter(DriverLoop::resume).toList()));
            }
        });
    }
}
