package io.quipu.collector.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quipu.common.time.Lateness;
import io.quipu.common.usage.MeasuredQuantity;
import io.quipu.common.usage.Origin;
import io.quipu.common.web.Problem;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotJudgeTest {

    private static final SnapshotHeader HEADER = new SnapshotHeader("s1", Samples.NOW, "linux-container", null, true, 1);

    private static SnapshotJudge judge(TermsSource terms) {
        return new SnapshotJudge(terms, new Lateness(Duration.ofHours(48), Duration.ofMinutes(10)), Samples.NOW, HEADER);
    }

    private static SubmittedUsage of(String organizationId) {
        return new SubmittedUsage(new Origin(organizationId, "s1", "app:c1", "linux-container", "running", "i1", Samples.NOW,
                Samples.NOW), List.of(new MeasuredQuantity("memory", BigDecimal.ONE)), null, null, HEADER.event());
    }

    @Test
    void aSnapshotHasAHundredThousandOrganizationsAtMost() {
        SnapshotJudge judge = judge(Samples.TERMS);
        int index = 0;
        for (int i = 0; i < 100_000; i++) {
            judge.instance(index++, of("o" + i));
        }
        judge.instance(index++, of("o99999"));
        judge.orThrow();
        int next = index;
        Problem more = catchThrowableOfType(Problem.class, () -> judge.instance(next, of("one more")));
        assertThat(more.status()).isEqualTo(413);
        assertThat(more.code()).isEqualTo("too_many_organizations");
        assertThat(more.getMessage()).contains("100000");
    }

    @Test
    void aProblemThatPassesIsNoneOfTheSnapshot() {
        Problem contended = Problem.unavailable("contended", "Others keep changing it; try again", Duration.ofSeconds(1));
        SnapshotJudge judge = judge(TermsSource.of((organizationId, resourceId, planId) -> {
            if (organizationId.equals("o1")) {
                throw contended;
            }
            return Samples.terms(organizationId, resourceId, planId);
        }, (organizationId, resourceId, planId) -> {
            throw new AssertionError("nothing stops");
        }));
        judge.instance(0, of("nobody"));
        assertThat(catchThrowableOfType(Problem.class, () -> judge.instance(1, of("o1")))).isSameAs(contended);
    }
}
