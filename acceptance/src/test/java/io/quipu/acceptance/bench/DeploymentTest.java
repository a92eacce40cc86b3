package io.quipu.acceptance.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.quipu.acceptance.process.Instance;
import io.quipu.acceptance.process.Ports;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeploymentTest {

    @Test
    void theUsualOneHasTheUsualNames() {
        assertThat(Deployment.EMBEDDED.all()).map(Instance::name).containsExactlyElementsOf(Ports.SERVICES);
        assertThat(Deployment.EMBEDDED.shared()).isFalse();
    }

    @Test
    void allCanRunAtOnce() {
        List<Instance> all = new ArrayList<>(Deployment.EMBEDDED.all());
        all.addAll(Deployment.SHARED.all());
        all.addAll(Deployment.SHARED_BY_TWO.all());
        assertThat(all).hasSize(20).doesNotHaveDuplicates();
        assertThat(Deployment.SHARED.store()).isNotEqualTo(Deployment.SHARED_BY_TWO.store());
    }

    @Test
    void anEmbeddedStoreServesOneInstance() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Deployment("two", 0, 1, 2));
    }
}
