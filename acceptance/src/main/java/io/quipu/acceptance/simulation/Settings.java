package io.quipu.acceptance.simulation;

import io.quipu.collector.lease.LeaseTimes;
import io.quipu.collector.log.LogTimes;
import io.quipu.common.time.Lateness;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * What is drawn once for a run.
 *
 * @param start when it begins, milliseconds since the epoch
 * @param duration for how long usage arrives, milliseconds
 * @param usages how many usages arrive
 * @param partitions of the log
 * @param collectors how many collectors share a store at first
 * @param others how many instances each other service has at first
 * @param leased whether collectors share the partitions by leases; else each drives all of them
 * @param pace how many times longer than usual collectors wait before they look at leases and signals again
 * @param times slack, lead and how long the log is kept
 * @param sweep how often collectors look for what no event has told them, milliseconds
 * @param slowness how long small things take at most, milliseconds: the longer, the more of them overlap
 * @param consumers how many there are in a space: the more, the more often one is new
 * @param forgetful whether much is sent twice, drivers sleep in the middle of it, and marks are gone when they wake
 * @param crowded whether requests come close together with usage of many partitions, so that rounds drive several
 * @param poison of how many usages one is such that a stage rejects it
 */
record Settings(long start, long duration, int usages, int partitions, int collectors, int others, boolean leased, int pace,
        LogTimes times, long sweep, int slowness, int consumers, boolean forgetful, boolean crowded, int poison) {

    private static final long NOVEMBER_30 = 1_796_000_400_000L;
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long[] DURATIONS = {20_000, 5 * MINUTE, HOUR, 6 * HOUR, 60 * HOUR};

    /** By duration: so often that instances come to agree many times in it, and so seldom that little else would happen. */
    private static final int[] PACES = {1, 4, 20, 100, 500};
    private static final int[] SLOWNESSES = {4, 60, 500};

    /** How long small things may take where leases are looked at at their usual pace: beats would last too long. */
    private static final int SWIFT = 60;
    private static final int SLOWER = 4;

    static Settings of(RandomGenerator random, int maxUsages) {
        long[] sweeps = {500, 5_000, MINUTE};
        int kind = random.nextInt(8);
        boolean forgetful = kind == 0;
        boolean crowded = kind == 1 || kind == 2;
        boolean kept = crowded || !forgetful && random.nextInt(3) > 0;
        // A log that is not kept is trimmed only when hours pass.
        int length = kept ? random.nextInt(crowded ? 2 : DURATIONS.length) : 3 + random.nextInt(2);
        long duration = DURATIONS[length];
        int slowness = SLOWNESSES[forgetful || crowded ? 2 : random.nextInt(SLOWNESSES.length)];
        Lateness lateness = new Lateness(kept ? Duration.ofHours(48) : Duration.ofMinutes(10), Duration.ofMinutes(10));
        return new Settings(NOVEMBER_30 + random.nextLong(11 * HOUR), duration,
                Math.min(maxUsages, 25 + random.nextInt(45)), forgetful ? 1 : (crowded ? 4 : 1) + random.nextInt(3),
                (forgetful || crowded ? 2 : 1) + random.nextInt(forgetful || crowded ? 2 : 3),
                1 + random.nextInt(2), random.nextInt(kept ? 4 : 2) > 0,
                slowness > SWIFT ? Math.max(SLOWER, PACES[length]) : PACES[length],
                new LogTimes(lateness, kept ? Duration.ofDays(400) : Duration.ZERO),
                duration > HOUR / 2 ? HOUR / 4 : sweeps[random.nextInt(crowded ? 2 : sweeps.length)], slowness,
                random.nextInt(2) == 0 ? 3 : 20, forgetful, crowded, random.nextInt(3) == 0 || crowded ? 4 : 14);
    }

    /** Whether the log is trimmed as early as it may; then much time passes. */
    boolean trimmed() {
        return times.retention().isZero() && !forgetful;
    }

    /** When leases and signals are looked at. */
    LeaseTimes leases() {
        LeaseTimes usual = LeaseTimes.DEFAULT;
        return new LeaseTimes(usual.beat().multipliedBy(pace), usual.patience().multipliedBy(pace),
                usual.interval().multipliedBy(pace), usual.poll().multipliedBy(pace));
    }

    /** Whether what lasts long lasts minutes, else hours: of who looks around every second, hours would take very long. */
    boolean brief() {
        return leased ? pace <= SLOWER : sweep < MINUTE;
    }

    /** How often an instance looks for itself at each partition that it drives. */
    Duration look() {
        return leased ? Duration.ofMinutes(10).multipliedBy(pace) : Duration.ofMillis(sweep);
    }
}
