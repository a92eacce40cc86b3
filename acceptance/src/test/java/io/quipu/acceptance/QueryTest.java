package io.quipu.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QueryTest {

    @Test
    void metricsMatchersAndGroupingsAreFound() {
        Query query = Query.of("histogram_quantile(0.99, sum by (le, to) (rate(a_bucket{x=\"1\", y!~\"2|3\"}[$__rate_interval])))"
                + " > 30 and max(b) / max without(z) (c{}) > 1073741824");

        assertThat(query.groupings()).isEqualTo(Set.of("le", "to", "z"));
        assertThat(query.selectors()).containsExactly(
                new Query.Selector("a_bucket", List.of(new Query.Matching("x", "=", "1"), new Query.Matching("y", "!~", "2|3"))),
                new Query.Selector("b", List.of()), new Query.Selector("c", List.of()));
    }
}
