package io.quipu.collector.catalog;

import io.quipu.common.formula.Expression;
import io.quipu.common.formula.FormulaException;
import java.util.SortedSet;

/** Metering expressions as the meter will compile them. */
final class FormulaExpressions implements MeterExpressions {

    @Override
    public SortedSet<String> variables(String expression) throws Refused {
        try {
            return Expression.parse(expression).variables();
        } catch (FormulaException e) {
            throw new Refused(e.line(), e.column(), e.reason());
        }
    }
}
