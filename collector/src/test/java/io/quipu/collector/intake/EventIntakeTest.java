package io.quipu.collector.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.store.StoreException;
import io.quipu.common.time.Lateness;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.Event.Kind;
import io.quipu.common.usage.Pin;
import io.quipu.common.web.Problem;
import io.quipu.common.web.Violation;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is different, and what is the same, when events are taken in. */
class EventIntakeTest {

    private static final long NOW = Samples.NOW;
    private static final Lateness LATENESS = new Lateness(Duration.ofHours(48), Duration.ofMinutes(10));

    private final FakeLog log = new FakeLog(NOW + 1);
    private final FakeMarks marks = new FakeMarks();
    private final UsageIntake intake = intake(Samples.TERMS);

    private UsageIntake intake(TermsSource terms) {
        return new UsageIntake(terms, log, marks, LATENESS, Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC),
                AppendWait.atMost(Duration.ofMillis(200)));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anEventIsStoredUnderItsTermsAndSaysWhatHappened(Kind kind) {
        UsageResult.Accepted accepted = (UsageResult.Accepted) one(kind, event(kind));
        assertThat(log.stored()).singleElement().satisfies(stored -> {
            assertThat(stored.event()).isEqualTo(new Event(kind, "e1"));
            assertThat(stored.pin().plan()).isEqualTo("hash-of-running");
            assertThat(stored.origin().start()).isEqualTo(NOW);
            assertThat(stored.origin().end()).isEqualTo(NOW);
            assertThat(stored.dedupId()).isNull();
            assertThat(stored.measuredUsage()).hasSize(kind == Kind.STOP ? 0 : 1);
        });
        assertThat(Locations.parse(accepted.location()).orElseThrow().names(log.stored().get(0).origin())).isTrue();
    }

    @Test
    void noOrderOfEventsIsWrong() {
        assertThat(submit(Kind.STOP, event(Kind.STOP), event(Kind.STOP).put("timestamp", NOW - 5)))
                .allSatisfy(result -> assertThat(result).isInstanceOf(UsageResult.Accepted.class));
        assertThat(submit(Kind.START, event(Kind.START), event(Kind.START).put("id", "e2"),
                event(Kind.START).put("timestamp", NOW - 10)))
                .allSatisfy(result -> assertThat(result).isInstanceOf(UsageResult.Accepted.class));
        assertThat(one(Kind.LEVEL, event(Kind.LEVEL))).isInstanceOf(UsageResult.Accepted.class);
        assertThat(log.stored()).hasSize(6);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theTimeOfAnEventIsJudgedLikeTheEndOfAUsage(Kind kind) {
        long oldest = NOW - LATENESS.slack().toMillis();
        long latest = NOW + LATENESS.lead().toMillis();
        List<UsageResult> results = submit(kind, event(kind).put("timestamp", oldest), event(kind).put("timestamp", latest),
                event(kind).put("timestamp", oldest - 1), event(kind).put("timestamp", latest + 1));
        assertThat(kinds(results)).containsExactly("accepted", "accepted", "409 slack", "400 future");
        assertThat(rejected(results.get(2)).getMessage()).startsWith("timestamp 2026-11-19T11:59:59.999Z");
        assertThat(rejected(results.get(3)).violations()).extracting(Violation::field).containsExactly("timestamp");
        log.refuseAsLate("o1");
        Problem late = rejected(one(kind, event(kind)));
        assertThat(late.code()).isEqualTo("slack");
        assertThat(late.getMessage()).startsWith("timestamp ");
    }

    @Test
    void whatIsWrongWithAnEventIsSaidOfAnEvent() {
        Problem invalid = rejected(one(Kind.STOP, event(Kind.START)));
        assertThat(invalid.status() + " " + invalid.code()).isEqualTo("400 invalid");
        assertThat(invalid.getMessage()).isEqualTo("The event is not valid");
        assertThat(invalid.violations()).extracting(Violation::field).containsExactly("measured_usage");
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = {"START", "LEVEL"})
    void whatBeginsNeedsTermsAndMeasuresOfThePlan(Kind kind) {
        assertThat(kinds(submit(kind, event(kind, "nobody"), event(kind).put("resource_id", "unknown-resource"),
                event(kind).put("plan_id", "unknown-plan"), Samples.event("o1", "memory", "storage"))))
                .containsExactly("404 organization_not_found", "422 resource_not_found", "422 plan_not_found",
                        "422 measure_not_found");
        assertThat(log.stored()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = {"START", "LEVEL"})
    void anEventThatSetsNoLevelIsRefused(Kind kind) {
        List<UsageResult> results = submit(kind, Samples.event("o1", "starts"),
                Samples.event("o1", "storage").put("plan_id", "basic"), Samples.event("o1", "disk", "starts"));
        assertThat(kinds(results)).containsExactly("422 not_continuous", "422 not_continuous", "accepted");
        assertThat(rejected(results.get(0)).getMessage()).contains("plan m1").contains("disk, memory");
        assertThat(rejected(results.get(1)).getMessage()).contains("plan m1").contains("no metric");
    }

    @Test
    void aStopNeedsNoTerms() {
        assertThat(submit(Kind.STOP, event(Kind.STOP, "nobody"), event(Kind.STOP).put("resource_id", "unknown-resource"),
                event(Kind.STOP).put("plan_id", "unknown-plan"), event(Kind.STOP).put("plan_id", "basic")))
                .allSatisfy(result -> assertThat(result).isInstanceOf(UsageResult.Accepted.class));
        assertThat(log.stored()).extracting(stored -> stored.origin().organizationId() + " " + stored.pin().plan())
                .containsExactlyInAnyOrder("nobody none", "o1 none", "o1 none", "o1 hash-of-basic");
        assertThat(log.stored()).extracting(stored -> stored.pin()).contains(new Pin("", "", "", "linux-container", "none"));
    }

    @Test
    void aStopWhoseTermsCannotBeToldNowIsWorthARetry() {
        UsageIntake away = intake(TermsSource.of(Samples::terms, (organization, resource, plan) -> {
            throw new StoreException("away");
        }));
        assertThatThrownBy(() -> away.submit(read(Kind.STOP, event(Kind.STOP)))).isInstanceOf(StoreException.class);
        assertThat(log.stored()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theSameEventAgainIsADuplicateOfTheFirst(Kind kind) {
        UsageResult.Accepted first = (UsageResult.Accepted) one(kind, event(kind));
        marks.mark(log.stored().get(0), 0);
        assertThat(submit(kind, event(kind), event(kind))).containsOnly(new UsageResult.Duplicate(first.location(), first.place()));
        assertThat(log.stored()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = {"START", "LEVEL"})
    void theSameEventWithOtherMeasuresIsAConflict(Kind kind) {
        UsageResult.Accepted first = (UsageResult.Accepted) one(kind, event(kind));
        marks.mark(log.stored().get(0), 0);
        Problem problem = rejected(one(kind, Samples.event("o1", "memory", "disk")));
        assertThat(problem.status() + " " + problem.code()).isEqualTo("409 conflict");
        assertThat(problem.getMessage()).startsWith("An event");
        assertThat(problem.members()).containsEntry("location", first.location());
    }

    @Test
    void eachFieldOfTheKeyMakesAnotherEvent() {
        List<ObjectNode> events = new ArrayList<>(List.of(event(Kind.START), event(Kind.START, "o2")));
        for (String member : List.of("space_id", "consumer_id", "resource_id", "resource_instance_id", "id")) {
            events.add(event(Kind.START).put(member, "other"));
        }
        events.add(event(Kind.START).without(List.of("id")));
        events.add(event(Kind.START).put("id", ""));
        events.add(event(Kind.START).put("timestamp", NOW - 1));
        Set<String> locations = new TreeSet<>();
        for (Kind kind : List.of(Kind.START, Kind.LEVEL)) {
            submit(kind, events.toArray(ObjectNode[]::new)).forEach(result ->
                    locations.add(((UsageResult.Accepted) result).location()));
        }
        assertThat(locations).hasSize(2 * events.size());
    }

    private static ObjectNode event(Kind kind) {
        return event(kind, "o1");
    }

    private static ObjectNode event(Kind kind, String organizationId) {
        return kind == Kind.STOP ? Samples.event(organizationId) : Samples.event(organizationId, "memory");
    }

    private static List<Reading> read(Kind kind, ObjectNode... events) {
        String array = Stream.of(events).map(JsonNode::toString).collect(Collectors.joining(",", "[", "]"));
        return new EventReader().read(kind, array.getBytes(StandardCharsets.UTF_8)).readings();
    }

    private List<UsageResult> submit(Kind kind, ObjectNode... events) {
        List<UsageResult> results = intake.submit(read(kind, events));
        assertThat(results).hasSize(events.length);
        return results;
    }

    private UsageResult one(Kind kind, ObjectNode event) {
        return submit(kind, event).get(0);
    }

    private static Problem rejected(UsageResult result) {
        return ((UsageResult.Rejected) result).problem();
    }

    private static List<String> kinds(List<UsageResult> results) {
        return results.stream().map(result -> result instanceof UsageResult.Rejected rejected
                ? rejected.problem().status() + " " + rejected.problem().code()
                : result instanceof UsageResult.Accepted ? "accepted" : "duplicate").toList();
    }
}
