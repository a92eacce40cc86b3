package io.quipu.common.web;

import io.quipu.common.stage.Batch;
import io.quipu.common.usage.Positioned;

/** What a batch must keep to, whoever sent it: a stage that folded another kind would lose or double usage. */
public final class BatchCheck {

    private BatchCheck() {
    }

    /**
     * Checks the size, that positions ascend above the cursor, and that the plan version of each usage is there.
     *
     * @throws Problem 400, code {@code invalid_batch}, with the position
     */
    public static void check(Batch<?> batch) {
        if (batch.usage().size() > Batch.MAX_USAGES) {
            throw invalid("it holds " + batch.usage().size() + " usages, the limit is " + Batch.MAX_USAGES);
        }
        long last = batch.cursor();
        for (Positioned usage : batch.usage()) {
            if (usage.position() <= last) {
                throw invalid("position " + usage.position() + " does not come after " + last);
            }
            last = usage.position();
            if (!batch.plans().containsKey(usage.pin().plan())) {
                throw invalid("plan " + usage.pin().plan() + " of position " + last + " is missing");
            }
        }
    }

    private static Problem invalid(String reason) {
        return Problem.of(400, "invalid_batch", "The batch cannot be folded: " + reason + ".");
    }
}
