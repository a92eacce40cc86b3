package io.quipu.reporting.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.quantity.Value;
import io.quipu.common.stage.Watermark;
import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerLevels;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.InstanceLevels;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.totals.InstanceWindow.HourState;
import io.quipu.common.totals.InstanceWindow.LevelChanges;
import io.quipu.common.totals.InstanceWindow.MetricState;
import io.quipu.common.totals.LevelSums;
import io.quipu.common.totals.MetricTotal;
import io.quipu.common.totals.MetricTotal.HourTotal;
import io.quipu.common.totals.PlanLevels;
import io.quipu.common.totals.PlanTotals;
import io.quipu.common.usage.PlanPath;
import io.quipu.common.wire.Json;
import io.quipu.reporting.source.Aggregator.ConsumerDocuments;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** Random documents, read token by token, against what the mapper makes of them, and what they were made from. */
class WindowDocumentsTest {

    private static final List<Window> WINDOWS = List.of(Window.parse("2026-11"), Window.parse("2026-11-21"));
    private static final List<String> MARKS = List.of("", "\"", "\\", "\n", "\u0001", "é", "漢", "😀");

    private final WindowDocuments documents = new WindowDocuments(Set.of(WINDOWS.get(0)));

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatIsReadIsWhatTheMapperReads(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            byte[] consumer = Json.write(new ConsumerDocuments(text(random), list(random, () -> consumer(random)),
                    random.nextBoolean() ? null : levels(random)));
            assertThat(documents.consumer(consumer)).isEqualTo(Json.read(consumer, ConsumerDocuments.class));
            assertThat(Json.write(documents.consumer(consumer))).isEqualTo(consumer);
            byte[] instance = Json.write(new InstanceDocuments(list(random, () -> instance(random)),
                    random.nextBoolean() ? null : instanceLevels(random)));
            assertThat(documents.instance(instance)).isEqualTo(Json.read(instance, InstanceDocuments.class));
        }
    }

    @Test
    void membersOfALaterFormatArePassedOver() {
        Random random = new Random(9);
        byte[] known = Json.write(new InstanceDocuments(List.of(instance(random)), instanceLevels(random)));
        ObjectNode line = (ObjectNode) Json.shared().readTree(known);
        line.putObject("later").putArray("more").add(1);
        ((ObjectNode) line.get("documents").get(0)).putObject("later").put("documents", "none");
        ((ObjectNode) line.get("levels")).putObject("later").put("plan", "none");
        assertThat(documents.instance(Json.write(line))).isEqualTo(Json.read(known, InstanceDocuments.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "7", "{\"documents\":{}}", "{\"documents\":[7]}",
        "{\"documents\":[{\"version\":null}]}", "{\"documents\":[{\"processed\":\"x\"}]}",
        "{\"documents\":[{\"window\":\"never\"}]}", "{\"documents\":[]}{}", "{\"documents\":[]"})
    void whatIsNoDocumentIsRefused(String line) {
        assertThatThrownBy(() -> documents.instance(line.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(RuntimeException.class);
    }

    private static ConsumerWindow consumer(Random random) {
        return new ConsumerWindow(ConsumerWindow.VERSION, text(random), text(random), text(random), window(random), watermark(random),
                random.nextLong(1L << 50), list(random, () -> new PlanTotals(text(random), path(random), text(random),
                        list(random, () -> new MetricTotal(text(random), value(random, 0), number(random),
                                random.nextBoolean() ? null : list(random, () -> new HourTotal(random.nextInt(24),
                                        value(random, 0), number(random), level(random), price(random))), level(random),
                                price(random))))));
    }

    private static BigDecimal price(Random random) {
        return random.nextBoolean() ? null : number(random);
    }

    private static LevelSums level(Random random) {
        return random.nextBoolean() ? null
                : new LevelSums(number(random), number(random), number(random), number(random), random.nextLong(1L << 50),
                        number(random), number(random));
    }

    private static ConsumerLevels levels(Random random) {
        return new ConsumerLevels(1, text(random), text(random), text(random), watermark(random),
                list(random, () -> planLevels(random)));
    }

    private static PlanLevels planLevels(Random random) {
        return new PlanLevels(text(random), path(random), text(random), list(random, () ->
                new PlanLevels.MetricLevels(text(random), list(random, () -> new PlanLevels.MonthChange(
                        WINDOWS.get(0), number(random), number(random), number(random))))));
    }

    private static InstanceWindow instance(Random random) {
        return new InstanceWindow(1, text(random), text(random), text(random), text(random), text(random), path(random),
                window(random), watermark(random), random.nextBoolean() ? null : text(random),
                random.nextLong(1L << 50), random.nextLong(1L << 50), random.nextLong(1L << 50),
                list(random, () -> new MetricState(text(random), value(random, 0), random.nextBoolean() ? null
                        : list(random, () -> new HourState(random.nextInt(24), value(random, 0))),
                        random.nextBoolean() ? null : new LevelChanges(number(random), number(random)))),
                random.nextBoolean() ? null : true, random.nextBoolean() ? null : random.nextLong(1L << 50));
    }

    private static InstanceLevels instanceLevels(Random random) {
        return new InstanceLevels(text(random), text(random), text(random), text(random), random.nextLong(1L << 50),
                random.nextLong(1L << 50), random.nextLong(1L << 50), planLevels(random));
    }

    private static Watermark watermark(Random random) {
        return new Watermark(random.nextLong(1L << 50), List.of(), -1);
    }

    private static Window window(Random random) {
        return WINDOWS.get(random.nextInt(WINDOWS.size()));
    }

    private static PlanPath path(Random random) {
        return new PlanPath(text(random), text(random), text(random), text(random));
    }

    private static Value value(Random random, int depth) {
        return switch (random.nextInt(depth > 2 ? 3 : 5)) {
            case 0 -> new Value.Text(text(random));
            case 1 -> new Value.Flag(random.nextBoolean());
            case 3 -> new Value.Sequence(list(random, () -> value(random, depth + 1)));
            case 4 -> new Value.Structure(new TreeMap<>(Map.of(text(random), value(random, depth + 1))));
            default -> Value.of(number(random));
        };
    }

    private static BigDecimal number(Random random) {
        return random.nextInt(9) == 0 ? BigDecimal.ZERO
                : BigDecimal.valueOf(random.nextLong(), random.nextInt(40) - 10);
    }

    private static String text(Random random) {
        return "t" + random.nextInt(1000) + MARKS.get(random.nextInt(MARKS.size()));
    }

    private static <T> List<T> list(Random random, Supplier<T> element) {
        return IntStream.range(0, random.nextInt(4)).mapToObj(i -> element.get()).toList();
    }
}
