package io.quipu.common.web;

import io.quipu.common.stage.Batch;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** What a batch must keep to, whoever sent it: a stage that folded another kind would lose or double usage. */
public final class BatchCheck {

    private BatchCheck() {
    }

    /**
     * Checks the size, that positions ascend above the cursor, and that the plan version of each usage is there.
     *
     * @throws Problem 400, code {@code invalid_batch}, with the position
     */
    public static <U> void check(Batch<U> batch, ToLongFunction<U> position, Function<U, String> plan) {
        if (batch.usage().size() > Batch.MAX_USAGES) {
            throw invalid("it holds " + batch.usage().size() + " usages, the limit is " + Batch.MAX_USAGES);
        }
        long last = batch.cursor();
        for (U usage : batch.usage()) {
            if (position.applyAsLong(usage) <= last) {
                throw invalid("position " + position.applyAsLong(usage) + " does not come after " + last);
            }
            last = position.applyAsLong(usage);
            if (!batch.plans().containsKey(plan.apply(usage))) {
                throw invalid("plan " + plan.apply(usage) + " of position " + last + " is missing");
            }
        }
    }

    private static Problem invalid(String reason) {
        return Problem.of(400, "invalid_batch", "The batch cannot be folded: " + reason + ".");
    }
}
