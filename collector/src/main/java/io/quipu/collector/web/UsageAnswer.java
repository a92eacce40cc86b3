package io.quipu.collector.web;

import io.quipu.collector.intake.UsageResult;
import io.quipu.common.web.Problem;
import io.quipu.common.web.Violation;
import java.util.List;

/**
 * The result of one usage as it is answered.
 *
 * @param index its place in the array, from 0; null in the answer to a single one
 * @param status {@code accepted}, {@code duplicate} or {@code rejected}
 * @param location where the usage, or the first of its kind, is found; null when there is none
 * @param code why it was rejected, or null
 * @param detail why, a sentence, or null
 * @param invalidParameters what is wrong with it, or null
 * @param retry true when the same usage is worth sending again, else null
 */
record UsageAnswer(Integer index, String status, String location, String code, String detail,
        List<Violation> invalidParameters, Boolean retry) {

    static UsageAnswer of(Integer index, UsageResult result) {
        if (result instanceof UsageResult.Accepted accepted) {
            return new UsageAnswer(index, "accepted", accepted.location(), null, null, null, null);
        }
        if (result instanceof UsageResult.Duplicate duplicate) {
            return new UsageAnswer(index, "duplicate", duplicate.location(), null, null, null, null);
        }
        UsageResult.Rejected rejected = (UsageResult.Rejected) result;
        Problem problem = rejected.problem();
        return new UsageAnswer(index, "rejected", problem.members().get("location"), problem.code(),
                problem.getMessage(), problem.violations().isEmpty() ? null : problem.violations(),
                rejected.retryable() ? true : null);
    }
}
