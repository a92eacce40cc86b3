package io.quipu.accumulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.stage.DocumentSet;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.memory.InMemoryStore;
import io.quipu.common.usage.Keys;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a resource was heard last, as two instances on one store write it. */
class LastHeardTest {

    private static final long NOON = 1_796_040_000_000L;
    private static final long HOUR = 3_600_000;

    private final DocumentStore store = new InMemoryStore(Clock.systemUTC());

    private static Map<String, Long> db(long time) {
        return Map.of("db", time);
    }

    private long heard() {
        return new LastHeard(store).read(List.of("db")).get("db");
    }

    @Test
    void somethingOlderThatAnotherInstanceWritesInBetweenDoesNotStand() {
        LastHeard one = new LastHeard(store);
        DocumentSet ofOne = new DocumentSet(store);
        Map<String, Object> due = one.due(db(NOON), ofOne);

        DocumentSet ofAnother = new DocumentSet(store);
        assertThat(ofAnother.write(new LastHeard(store).due(db(NOON - HOUR), ofAnother))).isEmpty();
        Set<String> conflicts = ofOne.write(due);
        assertThat(conflicts).hasSize(1);
        assertThat(heard()).isEqualTo(NOON - HOUR);

        one.again(db(NOON), conflicts, ofOne);
        assertThat(heard()).isEqualTo(NOON);
    }

    @Test
    void somethingYoungerThatAnotherInstanceWritesInBetweenStands() {
        LastHeard one = new LastHeard(store);
        DocumentSet ofOne = new DocumentSet(store);
        Map<String, Object> due = one.due(db(NOON - HOUR), ofOne);
        DocumentSet ofAnother = new DocumentSet(store);
        ofAnother.write(new LastHeard(store).due(db(NOON), ofAnother));

        one.again(db(NOON - HOUR), ofOne.write(due), ofOne);
        assertThat(heard()).isEqualTo(NOON);
    }

    @Test
    void whatWasWrittenIsNotWrittenAgain() {
        LastHeard one = new LastHeard(store);
        DocumentSet ofOne = new DocumentSet(store);
        Set<String> conflicts = ofOne.write(one.due(db(NOON), ofOne));
        long version = store.get(Keys.heard("db")).orElseThrow().version();

        one.again(db(NOON), conflicts, ofOne);
        assertThat(store.get(Keys.heard("db")).orElseThrow().version()).isEqualTo(version);
    }
}
