package io.quipu.common.formula;

import io.quipu.common.quantity.Value;
import java.math.BigDecimal;
import java.util.List;
import java.util.TreeMap;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.EcmaError;
import org.mozilla.javascript.EvaluatorException;
import org.mozilla.javascript.JavaScriptException;
import org.mozilla.javascript.NativeObject;
import org.mozilla.javascript.ScriptableObject;
import org.mozilla.javascript.Undefined;

/** What JavaScript itself says of a formula: Rhino's interpreter, with a BigNumber that is a number. For one thread. */
final class JavaScript implements AutoCloseable {

    private static final String BIG_NUMBER = """
            function number(x) { if (typeof x !== 'number') { throw 'no number'; } return x; }
            function BigNumber(x) { return number(x); }
            BigNumber.min = function () { return Math.min.apply(null, Array.prototype.map.call(arguments, number)); };
            BigNumber.max = function () { return Math.max.apply(null, Array.prototype.map.call(arguments, number)); };
            (function () {
              function unary(names, f) {
                names.forEach(function (name) { Number.prototype[name] = function (x) { return f(+this, x); }; });
              }
              function binary(names, f) { unary(names, function (x, y) { return f(x, number(y)); }); }
              binary(['plus', 'add'], function (x, y) { return x + y; });
              binary(['minus', 'sub'], function (x, y) { return x - y; });
              binary(['times', 'mul'], function (x, y) { return x * y; });
              binary(['div', 'dividedBy'], function (x, y) { return x / (y + 0); });
              binary(['eq', 'equals'], function (x, y) { return x === y; });
              binary(['gt', 'greaterThan'], function (x, y) { return x > y; });
              binary(['gte'], function (x, y) { return x >= y; });
              binary(['lt'], function (x, y) { return x < y; });
              binary(['lte', 'lessThanOrEqualTo'], function (x, y) { return x <= y; });
              binary(['cmp'], function (x, y) { return x > y ? 1 : x < y ? -1 : x === y ? 0 : null; });
              unary(['neg', 'negated'], function (x) { return -x; });
              unary(['abs'], Math.abs);
              unary(['floor'], Math.floor);
              unary(['ceil'], Math.ceil);
              unary(['round'], function (x, digits) {
                var scale = digits === 1 ? 10 : 1;
                return (x < 0 ? -1 : 1) * Math.floor(Math.abs(x) * scale + 0.5) / scale;
              });
              unary(['toNumber'], function (x) { return x; });
              unary(['isZero'], function (x) { return x === 0; });
              unary(['isNegative'], function (x) { return x < 0; });
              unary(['isNaN'], function (x) { return x !== x; });
              unary(['isFinite'], isFinite);
            }());
            """;

    private final Context context;
    private final ScriptableObject scope;

    JavaScript() {
        context = Context.enter();
        context.setInterpretedMode(true);
        context.setLanguageVersion(Context.VERSION_ES6);
        scope = context.initSafeStandardObjects();
        context.evaluateString(scope, BIG_NUMBER, "BigNumber", 1, null);
    }

    /** Whether it can read the text at all. */
    boolean parses(String source) {
        try {
            context.compileString("(" + withoutNew(source) + ")", "formula", 1, null);
            return true;
        } catch (EvaluatorException e) {
            return false;
        }
    }

    /** The result of a function; null when there is none, or when it is or holds no finite number. */
    Value evaluate(String source, List<Value> arguments) {
        StringBuilder call = new StringBuilder("(" + withoutNew(source) + ")(");
        for (int i = 0; i < arguments.size(); i++) {
            call.append(i == 0 ? "" : ", ");
            write(arguments.get(i), call);
        }
        try {
            return value(context.evaluateString(scope, call.append(')').toString(), "formula", 1, null));
        } catch (EcmaError | JavaScriptException e) {
            return null;
        }
    }

    /** A BigNumber that is a number is not made by new; and behind new, Rhino takes a block for the body of a class of Java. */
    private static String withoutNew(String source) {
        return source.replace("new BigNumber(", "BigNumber(");
    }

    private static void write(Value value, StringBuilder out) {
        if (value instanceof Value.Numeric numeric) {
            out.append(numeric.number().toPlainString());
        } else if (value instanceof Value.Flag flag) {
            out.append(flag.on());
        } else if (value instanceof Value.Structure structure) {
            out.append('{');
            structure.members().forEach((name, member) -> {
                out.append(name).append(": ");
                write(member, out);
                out.append(", ");
            });
            out.append('}');
        } else {
            out.append("null");
        }
    }

    private static Value value(Object result) {
        if (result instanceof Boolean flag) {
            return new Value.Flag(flag);
        }
        if (result == null || Undefined.isUndefined(result)) {
            return new Value.Nothing();
        }
        if (result instanceof NativeObject object) {
            TreeMap<String, Value> members = new TreeMap<>();
            for (Object name : object.getIds()) {
                Object member = object.get(name.toString(), object);
                Value value = value(member);
                if (value == null) {
                    return null;
                }
                if (!Undefined.isUndefined(member)) {
                    members.put(name.toString(), value);
                }
            }
            return new Value.Structure(members);
        }
        if (result instanceof Number number && Double.isFinite(number.doubleValue())) {
            return Value.of(new BigDecimal(number.toString()));
        }
        return null;
    }

    @Override
    public void close() {
        Context.exit();
    }
}
