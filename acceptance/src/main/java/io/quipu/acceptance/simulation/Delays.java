package io.quipu.acceptance.simulation;

import java.util.random.RandomGenerator;

/** How long everything takes, and by how much clocks are wrong; milliseconds. */
final class Delays {

    private static final long MINUTE = 60_000;

    /** How wrong a clock can be. */
    static final long MAX_SKEW = 10 * MINUTE;

    private static final int QUICK = 10;

    private final RandomGenerator random;
    private final Settings settings;
    private final Faults faults;

    Delays(RandomGenerator random, Settings settings, Faults faults) {
        this.random = random;
        this.settings = settings;
        this.faults = faults;
    }

    /** How long something small takes: mostly nothing. */
    long latency() {
        int drawn = random.nextInt(1_000);
        if (drawn < (settings.slowness() > QUICK ? 200 : 700)) {
            return 0;
        }
        return drawn < 960 ? random.nextInt(settings.slowness()) : drawn < 997 || faults.isCalm() ? random.nextInt(400)
                : random.nextInt(15_000);
    }

    /** How long a call takes to leave: in a crowd now and then so long that others have driven on twice when it arrives. */
    long onTheWay() {
        return settings.crowded() && random.nextInt(5) == 0 ? random.nextInt(20_000) : latency();
    }

    /** From a second to hours, each order of magnitude as often as the other. */
    long longDelay() {
        long[] most = {10_000, 2 * MINUTE, 30 * MINUTE, 240 * MINUTE};
        if (settings.forgetful()) {
            return 30 * MINUTE + random.nextLong(240 * MINUTE);
        }
        int magnitude = random.nextInt(settings.brief() ? 2 : most.length);
        return 1_000 + random.nextLong(most[magnitude]);
    }

    long downtime() {
        return random.nextInt(4) == 0 ? random.nextInt(120_000) : random.nextInt(3_000);
    }

    /** How wrong the clock of a new process is: mostly little, now and then more than a collector tolerates. */
    long skew() {
        if (faults.isCalm() || random.nextInt(3) > 0) {
            return random.nextInt(21) - 10L;
        }
        return random.nextInt(5) == 0 ? random.nextLong(2 * MAX_SKEW) - MAX_SKEW : random.nextInt(8_000) - 4_000L;
    }
}
