package io.quipu.collector.catalog;

import io.quipu.common.formula.Formula;
import io.quipu.common.formula.FormulaException;
import io.quipu.common.plan.FunctionText;
import java.util.Locale;
import java.util.Optional;

/** A member of a plan's metric that may be the text of a function. */
enum PlanFunction {

    /** From the measures to a quantity. */
    METER(1, 1),
    /** From a window's state and a quantity to the next state; the seventh parameter would read other windows. */
    ACCUMULATE(7, 6),
    /** From a total and what an instance had and has to the next total; the last two parameters would read other windows. */
    AGGREGATE(5, 3),
    /** From a time and a quantity to a number. */
    SUMMARIZE(4, 4),
    /** From a price and a quantity to a cost. */
    RATE(2, 2),
    /** From a time and a cost to a number. */
    CHARGE(4, 4);

    private final int parameters;
    private final int usable;

    PlanFunction(int parameters, int usable) {
        this.parameters = parameters;
        this.usable = usable;
    }

    /** The name of the member. */
    String member() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The text, when it is a function that can be called as this one is; else what is wrong with it is noted. */
    Optional<String> read(Members metric) {
        return metric.source(member()).filter(text -> compile(metric, text).isPresent());
    }

    /** The function that a text is; else what is wrong with it is noted. */
    Optional<Formula> compile(Members metric, String text) {
        if (!FunctionText.is(text)) {
            metric.note(member(), "function", "must be the text of a function, such as (a, b) => a + b");
            return Optional.empty();
        }
        Formula formula;
        try {
            formula = Formula.compile(text);
        } catch (FormulaException e) {
            metric.note(member(), "formula", e.getMessage());
            return Optional.empty();
        }
        if (formula.parameters() > parameters) {
            metric.note(member(), "parameters", "has " + formula.parameters() + " parameters; " + member() + " is given "
                    + parameters);
            return Optional.empty();
        }
        for (int i = usable; i < formula.parameters(); i++) {
            if (formula.uses(i)) {
                metric.note(member(), "parameters", "uses its parameter " + (i + 1) + ", with which Abacus reads other windows: "
                        + "that is not offered, since they may be ahead of the one that is folded");
                return Optional.empty();
            }
        }
        return Optional.of(formula);
    }
}
