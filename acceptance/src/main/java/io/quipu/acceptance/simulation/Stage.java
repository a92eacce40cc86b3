package io.quipu.acceptance.simulation;

import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.stage.Batches;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.usage.Positioned;
import io.quipu.common.web.BatchCheck;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * A stage behind what its endpoint checks.
 *
 * @param <U> what it takes
 */
class Stage<U extends Positioned> implements Service {

    private final BatchCheck check = new BatchCheck();
    private final Function<List<Batch<U>>, List<BatchAnswer>> fold;
    private boolean stopping;

    Stage(Function<List<Batch<U>>, List<BatchAnswer>> fold) {
        this.fold = fold;
    }

    List<BatchAnswer> take(Batches<U> batches) {
        if (stopping) {
            throw new StageUnavailableException("simulated: stopping", null);
        }
        return fold.apply(check.check(batches));
    }

    @Override
    public BooleanSupplier stop(Machine machine) {
        stopping = true;
        return () -> machine.running().isEmpty();
    }
}
