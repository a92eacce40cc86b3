package io.quipu.reporting.graph;

import graphql.analysis.MaxQueryComplexityInstrumentation;
import graphql.analysis.MaxQueryDepthInstrumentation;
import graphql.execution.instrumentation.ChainedInstrumentation;
import graphql.execution.instrumentation.Instrumentation;
import java.util.List;
import org.springframework.graphql.execution.DataFetcherExceptionResolver;

/** What GraphQL itself is told: how large a query may be, and what becomes of what goes wrong. */
public final class GraphInstrumentation {

    private GraphInstrumentation() {
    }

    /** Refuses queries that are too deep or name too many fields, before any of them is answered. */
    public static Instrumentation limits(GraphLimits limits) {
        return new ChainedInstrumentation(List.of(new MaxQueryDepthInstrumentation(limits.depth()),
                new MaxQueryComplexityInstrumentation(limits.fields())));
    }

    /** Makes errors of problems. */
    public static DataFetcherExceptionResolver errors() {
        return new ReportErrors();
    }
}
