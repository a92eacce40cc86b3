package io.quipu.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.acceptance.ScenarioTest.SettableClock;
import io.quipu.common.quantity.Decimals;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Snapshots of what runs make up for starts and stops that were lost, through the collector's door and the report's. Log time
 * only goes forward, so the tests follow each other.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReconciliationTest {

    private static final int HOURS = 2;
    private static final int SECONDS_PER_HOUR = 3_600;
    private static final BigDecimal GIGABYTE = new BigDecimal("1073741824");

    @TempDir
    private static Path data;
    private static SettableClock clock;
    private static Stack stack;

    @BeforeAll
    static void start() {
        clock = new SettableClock(Instant.parse("2016-03-01T00:00:00Z"));
        stack = new Stack(data, clock);
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    /** The members of an instance, without its organization: instances with even numbers are in one space, others in another. */
    private static String instance(int number) {
        return "\"space_id\":\"space-" + number % 2 + "\",\"consumer_id\":\"app:" + number % 5 + "\",\"plan_id\":\"standard\","
                + "\"resource_instance_id\":\"i" + number + "\"";
    }

    private static String measured(int gigabytes) {
        return ",\"measured_usage\":[{\"measure\":\"memory\",\"quantity\":"
                + Decimals.plain(GIGABYTE.multiply(BigDecimal.valueOf(gigabytes))) + "}]";
    }

    private static String event(String organization, int number, Instant time, int gigabytes) {
        return "{\"timestamp\":" + time.toEpochMilli() + ",\"organization_id\":\"" + organization
                + "\",\"resource_id\":\"linux-container\"," + instance(number) + (gigabytes == 0 ? "" : measured(gigabytes)) + "}";
    }

    private static void sent(String kind, List<String> events) {
        if (!events.isEmpty()) {
            HttpResponse<String> answer = stack.post("/v1/events/" + kind, events.toString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        }
    }

    private static String snapshot(String organization, Instant time, boolean complete, SortedMap<Integer, Integer> running) {
        List<String> instances = new ArrayList<>();
        running.forEach((number, gigabytes) -> instances.add("{" + instance(number) + measured(gigabytes) + "}"));
        return "{\"timestamp\":" + time.toEpochMilli() + ",\"organization_id\":\"" + organization
                + "\",\"resource_id\":\"linux-container\",\"complete\":" + complete + ",\"instances\":" + instances + "}";
    }

    /** What a snapshot came to: opened, corrected, closed, unchanged. */
    private static List<Integer> reconciled(String body) {
        HttpResponse<String> answer = stack.post("/v1/events/snapshot", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        JsonNode result = Json.shared().readTree(answer.body());
        assertThat(result.get("status").stringValue()).isEqualTo("processed");
        return List.of(result.get("opened").intValue(), result.get("corrected").intValue(), result.get("closed").intValue(),
                result.get("unchanged").intValue());
    }

    /** What runs in an organization, page by page: gigabytes by the number of the instance. */
    private static SortedMap<Integer, Integer> running(String organization) {
        SortedMap<Integer, Integer> running = new TreeMap<>();
        String path = "/v1/metering/organizations/" + organization + "/running?resource_id=linux-container";
        while (path != null) {
            HttpResponse<String> answer = stack.reported(path, "Accept", "application/json");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JsonNode page = Json.shared().readTree(answer.body());
            page.get("running").forEach(instance -> assertThat(running.put(
                    Integer.valueOf(instance.get("resource_instance_id").stringValue().substring(1)),
                    instance.get("levels").get(0).get("level").intValue())).isNull());
            path = page.has("next") ? page.get("next").stringValue() : null;
        }
        return running;
    }

    /** A start, a stop or a new level; zero gigabytes is a stop. */
    private record Event(int number, int second, int gigabytes) {
    }

    /** Instances that start, stop and change their level at random, on multiples of nine seconds: so hours are finite decimals. */
    private static List<Event> hour(Random random, SortedMap<Integer, Integer> running) {
        List<Event> events = new ArrayList<>();
        SortedMap<Integer, Integer> levels = new TreeMap<>(running);
        for (int second = 9; second < SECONDS_PER_HOUR; second += 9) {
            if (random.nextInt(8) == 0) {
                int number = random.nextInt(40);
                int level = levels.getOrDefault(number, 0);
                int next = level > 0 && random.nextBoolean() ? 0 : 1 + random.nextInt(4);
                if (next != level) {
                    events.add(new Event(number, second, next));
                    put(levels, number, next);
                }
            }
        }
        return events;
    }

    private static void put(Map<Integer, Integer> levels, int number, int gigabytes) {
        if (gigabytes == 0) {
            levels.remove(number);
        } else {
            levels.put(number, gigabytes);
        }
    }

    /** Goes through an hour second by second; answers the gigabyte-seconds, and leaves the levels as they are at its end. */
    private static long integrated(SortedMap<Integer, Integer> levels, List<Event> events) {
        long sum = 0;
        int next = 0;
        for (int second = 0; second < SECONDS_PER_HOUR; second++) {
            while (next < events.size() && events.get(next).second() == second) {
                put(levels, events.get(next).number(), events.get(next).gigabytes());
                next++;
            }
            for (int gigabytes : levels.values()) {
                sum += gigabytes;
            }
        }
        return sum;
    }

    /**
     * One in twenty events is lost, and a snapshot is sent each hour: an hour in which none was lost is exact, another one is wrong by
     * no more than what was lost in it, and after each snapshot what is known is what runs.
     */
    @Test
    @Order(1)
    void lostEventsAreWrongUntilTheNextSnapshotOnly() {
        Random random = new Random(20_160_301);
        SortedMap<Integer, Integer> truth = new TreeMap<>();
        SortedMap<Integer, Integer> known = new TreeMap<>();
        List<BigDecimal> trueHours = new ArrayList<>();
        List<BigDecimal> knownHours = new ArrayList<>();
        List<Integer> lost = new ArrayList<>();
        Instant begun = clock.instant();
        for (int hour = 0; hour < 40; hour++) {
            Instant from = begun.plusSeconds((long) hour * SECONDS_PER_HOUR);
            Instant to = from.plusSeconds(SECONDS_PER_HOUR);
            List<Event> events = hour(random, truth);
            List<Event> arriving = events.stream().filter(event -> random.nextInt(20) > 0).toList();
            lost.add(events.size() - arriving.size());
            trueHours.add(hours(integrated(truth, events)));
            knownHours.add(hours(integrated(known, arriving)));
            clock.set(to.plusSeconds(1));
            send(from, arriving);
            assertThat(reconciled(snapshot("acme", to, true, truth))).as("hour %d", hour).isEqualTo(differences(known, truth));
            known.clear();
            known.putAll(truth);
            assertThat(running("acme")).isEqualTo(truth);
        }
        List<BigDecimal> reported = reportedHours("acme", 40);
        assertThat(lost).contains(0).anySatisfy(events -> assertThat(events).isPositive());
        for (int hour = 0; hour < 40; hour++) {
            assertThat(reported.get(hour)).as("hour %d", hour).isEqualByComparingTo(knownHours.get(hour));
            BigDecimal error = reported.get(hour).subtract(trueHours.get(hour)).abs();
            // no event changes a level by more than four gigabytes, for no longer than to the next snapshot
            assertThat(error).as("hour %d", hour).isLessThanOrEqualTo(BigDecimal.valueOf(4L * lost.get(hour)));
        }
        assertThat(reported).isNotEqualTo(trueHours);
    }

    private static BigDecimal hours(long gigabyteSeconds) {
        return BigDecimal.valueOf(gigabyteSeconds).divide(BigDecimal.valueOf(SECONDS_PER_HOUR));
    }

    private static void send(Instant from, List<Event> events) {
        List<String> levels = new ArrayList<>();
        List<String> stops = new ArrayList<>();
        for (Event event : events) {
            (event.gigabytes() == 0 ? stops : levels)
                    .add(event("acme", event.number(), from.plusSeconds(event.second()), event.gigabytes()));
        }
        sent("stop", stops);
        sent("level", levels);
    }

    private static List<Integer> differences(SortedMap<Integer, Integer> known, SortedMap<Integer, Integer> truth) {
        int opened = 0;
        int corrected = 0;
        int unchanged = 0;
        for (Map.Entry<Integer, Integer> instance : truth.entrySet()) {
            Integer before = known.get(instance.getKey());
            if (before == null) {
                opened++;
            } else if (before.equals(instance.getValue())) {
                unchanged++;
            } else {
                corrected++;
            }
        }
        int closed = Math.toIntExact(known.keySet().stream().filter(number -> !truth.containsKey(number)).count());
        return List.of(opened, corrected, closed, unchanged);
    }

    /** The hours that are over, first to last. */
    private static List<BigDecimal> reportedHours(String organization, int hours) {
        JsonNode windows = stack.report(organization, "?depth=organization&hours=" + (hours + 1)).get("resources").get(0)
                .get("aggregated_usage").get(0).get("windows").get(HOURS);
        List<BigDecimal> reported = new ArrayList<>();
        for (int i = hours; i > 0; i--) {
            reported.add(windows.get(i).isNull() ? BigDecimal.ZERO : windows.get(i).get("summary").decimalValue());
        }
        return reported;
    }

    @Test
    @Order(2)
    void aSnapshotChangesNothingThatIsNewerAndTheSameOneNothingAtAll() {
        Instant now = clock.instant();
        sent("start", List.of(event("newer", 1, now.minusSeconds(7_200), 2)));
        sent("level", List.of(event("newer", 1, now.minusSeconds(1_800), 4)));
        sent("start", List.of(event("newer", 2, now.minusSeconds(1_800), 1)));
        String older = snapshot("newer", now.minusSeconds(SECONDS_PER_HOUR), true, new TreeMap<>(Map.of(1, 3)));
        assertThat(reconciled(older)).containsExactly(0, 1, 0, 0);
        assertThat(running("newer")).isEqualTo(Map.of(1, 4, 2, 1));
        String report = stack.report("newer", "?hours=3").toString();
        assertThat(reconciled(older)).containsExactly(0, 1, 0, 0);
        assertThat(stack.report("newer", "?hours=3").toString()).isEqualTo(report);
    }

    @Test
    @Order(3)
    void onlyAnEmptySnapshotThatIsCompleteClosesEverything() {
        Instant now = clock.instant();
        sent("start", List.of(event("empty", 1, now.minusSeconds(7_200), 2), event("empty", 2, now.minusSeconds(7_200), 2)));
        HttpResponse<String> refused = stack.post("/v1/events/snapshot", snapshot("empty", now, false, new TreeMap<>()));
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        assertThat(reconciled(snapshot("empty", now.minusSeconds(60), false, new TreeMap<>(Map.of(1, 2)))))
                .containsExactly(0, 0, 0, 1);
        assertThat(running("empty")).isEqualTo(Map.of(1, 2, 2, 2));
        assertThat(reconciled(snapshot("empty", now, true, new TreeMap<>()))).containsExactly(0, 0, 2, 0);
        assertThat(running("empty")).isEmpty();
    }

    @Test
    @Order(4)
    void aSnapshotOfAllOrganizationsClosesWhatRunsInThoseThatItDoesNotName() {
        Instant now = clock.instant();
        for (String organization : List.of("named", "omitted")) {
            sent("start", List.of(event(organization, 1, now.minusSeconds(7_200), 2)));
        }
        stack.settle();
        int closed = 1 + running("acme").size() + running("newer").size();
        assertThat(reconciled("{\"instances\":[{\"organization_id\":\"named\"," + instance(1) + measured(2)
                + "}],\"complete\":true,\"id\":\"all\",\"resource_id\":\"linux-container\",\"timestamp\":" + now.toEpochMilli() + "}"))
                .containsExactly(0, 0, closed, 1);
        assertThat(running("named")).isEqualTo(Map.of(1, 2));
        assertThat(running("omitted")).isEmpty();
        assertThat(running("acme")).isEmpty();
    }

    @Test
    @Order(5)
    void aSnapshotThatIsWrongSomewhereDoesNothingAnywhere() {
        Instant now = clock.instant();
        sent("start", List.of(event("wrong", 1, now.minusSeconds(7_200), 2)));
        stack.settle();
        HttpResponse<String> refused = stack.post("/v1/events/snapshot", "{\"timestamp\":" + now.toEpochMilli()
                + ",\"organization_id\":\"wrong\",\"resource_id\":\"linux-container\",\"complete\":true,\"instances\":[{"
                + instance(2) + measured(1) + "},{" + instance(3).replace("standard", "unknown") + measured(1) + "}]}");
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
        assertThat(refused.body()).contains("instances[1]");
        stack.settle();
        assertThat(running("wrong")).isEqualTo(Map.of(1, 2));
    }
}
