package io.quipu.common.formula;

import io.quipu.common.quantity.Decimals;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number as a source text has it: decimal digits, a point, an exponent.
 *
 * @param number its value, normalized
 * @param end the offset behind it
 */
record WrittenNumber(BigDecimal number, int end) {

    /** JavaScript reads 010 as eight, so no leading zeros. */
    private static final Pattern NUMBER =
            Pattern.compile("(?:(?:0|[1-9][0-9]*)(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?(?![0-9A-Za-z_$.])");

    /**
     * The number that begins at that offset.
     *
     * @throws FormulaException when none does, or it is too long
     */
    static WrittenNumber at(String text, int offset) {
        Matcher matcher = NUMBER.matcher(text).region(offset, text.length());
        matcher.useTransparentBounds(true);
        if (!matcher.lookingAt()) {
            throw FormulaException.at(text, offset, "write numbers with decimal digits, as in 1073741824, 0.25 or 1e9");
        }
        BigDecimal number = new BigDecimal(matcher.group());
        if (!Decimals.computable(number)) {
            throw FormulaException.at(text, offset, "a number has at most " + Decimals.MAX_INTEGER_DIGITS
                    + " digits before and " + Decimals.MAX_COMPUTED_FRACTION_DIGITS + " after the decimal point");
        }
        return new WrittenNumber(Decimals.normalize(number), matcher.end());
    }
}
