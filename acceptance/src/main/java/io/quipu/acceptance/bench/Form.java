package io.quipu.acceptance.bench;

import java.math.BigDecimal;

/**
 * What documents look like: where they are posted, what they measure, and how a document's serial number gets into a quantity, so
 * that the reports' totals say which documents were counted.
 */
enum Form {

    /** A usage of three measures: the second carries its serial number, and the third is always 1. */
    STORAGE(Form.USAGE, "light_api_calls", "thousand_light_api_calls", new BigDecimal(1_000)) {
        @Override
        long quantity(long serial) {
            return FIRST_QUANTITY + serial;
        }
    },
    /** A usage of so much memory, which adds up. */
    MEMORY(Form.USAGE, "memory", "memory", new BigDecimal(1_073_741_824)) {
        @Override
        long quantity(long serial) {
            return memory(serial);
        }
    },
    /** An event: from a time on so much memory runs. */
    LEVEL("/v1/events/level", "memory", "memory", new BigDecimal(1_073_741_824)) {
        @Override
        long quantity(long serial) {
            return memory(serial);
        }
    };

    /** Where usage is posted. */
    static final String USAGE = "/v1/metering/collected/usage";

    /** The metric of {@link #STORAGE} that counts usages. */
    static final String COUNT_METRIC = "heavy_api_calls";

    /** The quantity that a serial number becomes is as much larger, so that it has the same number of digits for all. */
    static final long FIRST_QUANTITY = 1_000_000_000L;

    /** 64 MiB. */
    private static final long STEP = 67_108_864L;
    /** Of ten digits, as every quantity. */
    private static final long FIRST_STEP = 16;
    private static final long STEPS = 128;
    /** Without a common divisor, so that every step has its turn. */
    private static final long STRIDE = 37;

    private final String path;
    private final String measure;
    private final String metric;
    private final BigDecimal units;

    Form(String path, String measure, String metric, BigDecimal units) {
        this.path = path;
        this.measure = measure;
        this.metric = metric;
        this.units = units;
    }

    /** What the document of that serial number measures, a number of ten digits. */
    abstract long quantity(long serial);

    /** From 1 GiB to nearly 9, in steps of 64 MiB. */
    private static long memory(long serial) {
        return (FIRST_STEP + serial * STRIDE % STEPS) * STEP;
    }

    String path() {
        return path;
    }

    /** The measure with that quantity. */
    String measure() {
        return measure;
    }

    /** The metric that comes of that measure. */
    String metric() {
        return metric;
    }

    /** How many of the measure are one of the metric. */
    BigDecimal units() {
        return units;
    }

    /** Whether it is an event rather than a usage. */
    boolean event() {
        return this == LEVEL;
    }
}
