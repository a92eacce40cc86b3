package io.quipu.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writing one more usage costs the same in an organization of one app and of ten thousand: counted in bytes. */
class WrittenBytesTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final int SINGLES = 5;

    @TempDir
    private Path data;
    private Stack stack;
    private int sent;

    @BeforeEach
    void start() {
        stack = new Stack(data, Clock.fixed(NOON, ZoneOffset.UTC));
    }

    @AfterEach
    void stop() {
        stack.close();
    }

    @Test
    void aUsageCostsTheSameWhateverTheNumberOfConsumers() {
        Map<Integer, BigDecimal> single = new TreeMap<>();
        Map<Integer, BigDecimal> batch = new TreeMap<>();
        Map<Integer, BigDecimal> fresh = new TreeMap<>();
        int consumers = 0;
        for (int wanted : List.of(1, 10, 100, 1_000, 10_000)) {
            consumers = grow("org", 1, consumers, wanted);
            if (wanted == 10 || wanted == 10_000) {
                fresh.put(wanted, bytes(1, () -> stack.accepted(usage("org", 0, 20_000_000 + sent))));
            }
            if (wanted != 10) {
                single.put(wanted, perSingle("org", wanted - 1));
            }
            if (wanted >= 100) {
                int last = wanted;
                batch.put(wanted, bytes(100, () -> stack.accepted(batch("org", 1, last - 100, last))));
            }
        }
        print("single usage", single);
        print("batch over 100 consumers", batch);
        print("usage of a new consumer", fresh);

        assertFlat(single, 1, 10_000);
        assertFlat(batch, 100, 10_000);
        assertThat(single.values()).allSatisfy(bytes -> assertThat(bytes).isLessThanOrEqualTo(new BigDecimal(6_000)));
    }

    @Test
    void aUsageCostsMoreWithSpacesOnlyWhereTheParentHoldsThem() {
        Map<Integer, BigDecimal> single = new TreeMap<>();
        for (int spaces : List.of(1, 10, 100)) {
            grow("spaces-" + spaces, spaces, 0, 100);
            single.put(spaces, perSingle("spaces-" + spaces, 0));
        }
        print("single usage by spaces", single);
        assertThat(single.get(1)).isLessThanOrEqualTo(new BigDecimal(6_000));
    }

    /** Adds consumers until there are as many as wanted, spread over the spaces. */
    private int grow(String organization, int spaces, int from, int to) {
        for (int first = from; first < to; first += 500) {
            stack.accepted(batch(organization, spaces, first, Math.min(to, first + 500)));
        }
        return to;
    }

    private BigDecimal perSingle(String organization, int consumer) {
        return bytes(SINGLES, () -> {
            for (int i = 0; i < SINGLES; i++) {
                stack.accepted(usage(organization, 0, consumer));
            }
        });
    }

    private BigDecimal bytes(int usages, Runnable work) {
        BigDecimal before = stack.aggregatorBytes();
        work.run();
        return stack.aggregatorBytes().subtract(before).divide(new BigDecimal(usages), 0, RoundingMode.HALF_UP);
    }

    private String batch(String organization, int spaces, int from, int to) {
        List<String> usages = new ArrayList<>();
        for (int consumer = from; consumer < to; consumer++) {
            usages.add(usage(organization, consumer % spaces, consumer));
        }
        return "[" + String.join(",", usages) + "]";
    }

    private String usage(String organization, int space, int consumer) {
        long end = NOON.toEpochMilli() - sent++ % 3_600_000;
        return String.format(Locale.ROOT, """
                {"start":%d,"end":%d,"organization_id":"%s","space_id":"space-%d","consumer_id":"app:%08d",
                 "resource_id":"object-storage","plan_id":"basic","resource_instance_id":"instance-%d",
                 "measured_usage":[{"measure":"storage","quantity":1073741824},
                 {"measure":"light_api_calls","quantity":1000},{"measure":"heavy_api_calls","quantity":100}]}""",
                end, end, organization, space, consumer, consumer);
    }

    private static void assertFlat(Map<Integer, BigDecimal> bytes, int first, int last) {
        assertThat(bytes.get(last)).as("bytes at %d consumers, at %d: %s", last, first, bytes.get(first))
                .isLessThanOrEqualTo(bytes.get(first).multiply(new BigDecimal("1.2")));
    }

    private static void print(String what, Map<Integer, BigDecimal> bytes) {
        System.out.println("bytes written by the aggregator's store per usage, " + what + ": " + bytes);
    }
}
