package io.quipu.acceptance.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.acceptance.chaos.Topology.Call;
import io.quipu.acceptance.process.Instance;
import io.quipu.acceptance.process.Ports;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TopologyTest {

    private final Topology two = new Topology(2_000, 2, Set.of(Ports.COLLECTOR));

    private static Call call(String caller, String service) {
        return Topology.CALLS.stream().filter(call -> call.caller().equals(caller) && call.service().equals(service))
                .findFirst().orElseThrow();
    }

    @Test
    void singleDeploymentHasTheUsualPorts() {
        Topology single = Topology.single(0);

        assertThat(single.first()).map(single::port).containsExactly(9_300, 9_200, 9_100, 9_088, 9_080);
        assertThat(single.later()).isEmpty();
        assertThat(single.urls(call(Ports.COLLECTOR, Ports.METER))).isEqualTo("http://127.0.0.1:9408");
    }

    @Test
    void growingServiceGetsOneMoreInstance() {
        assertThat(two.first()).hasSize(10).doesNotContain(new Instance(Ports.COLLECTOR, 3));
        assertThat(two.later()).containsExactly(new Instance(Ports.COLLECTOR, 3));
        assertThat(two.of(Ports.COLLECTOR)).hasSize(3);
        assertThat(two.of(Ports.METER)).hasSize(2);
    }

    @Test
    void callersKnowEveryInstanceFromTheBeginning() {
        assertThat(two.urls(call(Ports.METER, Ports.ACCUMULATOR)))
                .isEqualTo("http://127.0.0.1:11416,http://127.0.0.1:11417");
        assertThat(two.urls(call(Ports.REPORTING, Ports.COLLECTOR))).as("the one that joins, too")
                .isEqualTo("http://127.0.0.1:11448,http://127.0.0.1:11449,http://127.0.0.1:11450");
    }

    @Test
    void noPortIsNeededTwice() {
        Topology most = new Topology(0, 4, Set.copyOf(Ports.SERVICES));
        List<Integer> ports = new ArrayList<>();
        for (String service : Ports.SERVICES) {
            for (Instance instance : most.of(service)) {
                ports.add(most.port(instance));
                Topology.CALLS.stream().filter(call -> call.service().equals(service))
                        .forEach(call -> ports.add(most.port(call, instance)));
            }
        }
        assertThat(ports).doesNotHaveDuplicates().allMatch(port -> port < 9_500);
    }
}
