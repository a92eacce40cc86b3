package io.quipu.acceptance.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.acceptance.process.Instance;
import io.quipu.acceptance.process.Ports;
import java.util.List;
import org.junit.jupiter.api.Test;

class RosterTest {

    private final Instance first = new Instance(Ports.METER, 1);
    private final Instance second = new Instance(Ports.METER, 2);
    private final Roster roster = new Roster(List.of(first, new Instance(Ports.COLLECTOR, 1)));

    @Test
    void knowsWhoJoinedAndWhoLeft() {
        roster.joined(second);
        assertThat(roster.of(Ports.METER)).containsExactly(first, second);
        roster.left(first);
        roster.left(first);
        assertThat(roster.of(Ports.METER)).containsExactly(second);
        assertThat(roster.of(Ports.COLLECTOR)).hasSize(1);
    }
}
