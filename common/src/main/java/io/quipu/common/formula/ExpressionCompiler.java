package io.quipu.common.formula;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import org.mozilla.javascript.CompilerEnvirons;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.EvaluatorException;
import org.mozilla.javascript.Parser;
import org.mozilla.javascript.Token;
import org.mozilla.javascript.ast.AstNode;
import org.mozilla.javascript.ast.AstRoot;
import org.mozilla.javascript.ast.ExpressionStatement;
import org.mozilla.javascript.ast.FunctionCall;
import org.mozilla.javascript.ast.IdeErrorReporter;
import org.mozilla.javascript.ast.InfixExpression;
import org.mozilla.javascript.ast.KeywordLiteral;
import org.mozilla.javascript.ast.Name;
import org.mozilla.javascript.ast.NewExpression;
import org.mozilla.javascript.ast.NumberLiteral;
import org.mozilla.javascript.ast.ParenthesizedExpression;
import org.mozilla.javascript.ast.PropertyGet;
import org.mozilla.javascript.ast.UnaryExpression;
import org.mozilla.javascript.ast.UpdateExpression;

/** Turns the parser's tree into terms; what it does not know by name is refused. For one source text. */
final class ExpressionCompiler {

    private static final Set<String> NO_VARIABLES = Set.of("NaN", "Infinity", "undefined", "Math");

    private static final String FUNCTIONS = "Math.min, max, abs, floor, ceil and round";

    private final SourceText source;
    private final SortedSet<String> variables;
    private int nodes;

    ExpressionCompiler(String source, SortedSet<String> variables) {
        this.source = new SourceText(source);
        this.variables = variables;
    }

    Term compile() {
        AstRoot root = parse();
        AstNode first = (AstNode) root.getFirstChild();
        if (!(first instanceof ExpressionStatement statement)) {
            throw refusal(first == null ? root : first, "a formula is one expression, nothing else");
        }
        if (first.getNext() != null) {
            throw refusal((AstNode) first.getNext(), "a formula is one expression, but here a second one begins");
        }
        return term(statement.getExpression());
    }

    private AstRoot parse() {
        CompilerEnvirons environs = new CompilerEnvirons();
        environs.setLanguageVersion(Context.VERSION_ES6);
        environs.setXmlAvailable(false);
        FirstError errors = new FirstError();
        try {
            AstRoot root = new Parser(environs, errors).parse(source.text(), null, 1);
            if (errors.reason == null) {
                return root;
            }
        } catch (EvaluatorException e) {
            errors.error(e.getMessage(), null, source.text().length(), 0);
        }
        throw source.refusal(errors.offset, "not an expression: " + errors.reason);
    }

    private Term term(AstNode node) {
        if (node instanceof ParenthesizedExpression parentheses) {
            return term(parentheses.getExpression());
        }
        nodes++;
        if (nodes > Expression.MAX_NODES) {
            throw refusal(node, "more than " + Expression.MAX_NODES + " numbers, names and operators");
        }
        if (node instanceof NumberLiteral) {
            // from the text: the parser's own value is a double
            return Term.constant(WrittenNumber.at(source.text(), Math.max(0, node.getAbsolutePosition())).number());
        }
        if (node instanceof Name name) {
            return variable(name);
        }
        if (node instanceof UnaryExpression unary) {
            return signed(unary);
        }
        if (node instanceof NewExpression) {
            throw refusal(node, "new is not part of the language");
        }
        if (node instanceof FunctionCall call) {
            return function(call);
        }
        if (node instanceof PropertyGet property) {
            throw refusal(node, "a property is not part of the language: " + property.toSource());
        }
        if (node instanceof InfixExpression infix) {
            return operation(infix);
        }
        if (node instanceof UpdateExpression) {
            throw refusal(node, "++ and -- are not part of the language");
        }
        if (node instanceof KeywordLiteral keyword) {
            throw refusal(node, keyword.toSource() + " is not part of the language");
        }
        throw refusal(node, "not part of the language: " + node.shortName());
    }

    private Term variable(Name name) {
        String identifier = name.getIdentifier();
        if (NO_VARIABLES.contains(identifier)) {
            throw refusal(name, identifier + " is no quantity");
        }
        variables.add(identifier);
        return Term.variable(identifier);
    }

    private Term signed(UnaryExpression unary) {
        return switch (unary.getOperator()) {
            case Token.POS -> term(unary.getOperand());
            case Token.NEG -> Term.negated(term(unary.getOperand()));
            default -> {
                String operator = AstNode.operatorToString(unary.getOperator());
                // the parser notes where the operand stands, not such an operator
                int offset = source.text().lastIndexOf(operator, unary.getAbsolutePosition());
                throw source.refusal(Math.max(0, offset), operator + " is not part of the language");
            }
        };
    }

    private Term operation(InfixExpression infix) {
        int operator = infix.getOperator();
        if (operator != Token.ADD && operator != Token.SUB && operator != Token.MUL && operator != Token.DIV) {
            String shown = operator == Token.COMMA ? ", outside of a call" : AstNode.operatorToString(operator);
            throw source.refusal(infix.getAbsolutePosition() + infix.getOperatorPosition(),
                    shown + " is not part of the language");
        }
        Term left = term(infix.getLeft());
        Term right = term(infix.getRight());
        return switch (operator) {
            case Token.ADD -> Term.sum(left, right);
            case Token.SUB -> Term.difference(left, right);
            case Token.MUL -> Term.product(left, right);
            default -> Term.quotient(left, right);
        };
    }

    private Term function(FunctionCall call) {
        if (!(call.getTarget() instanceof PropertyGet property && property.getTarget() instanceof Name object
                && object.getIdentifier().equals("Math"))) {
            throw refusal(call, "no such function: " + call.getTarget().toSource() + ", but " + FUNCTIONS);
        }
        String name = property.getProperty().getIdentifier();
        List<Term> arguments = call.getArguments().stream().map(this::term).toList();
        return switch (name) {
            case "min", "max" -> {
                if (arguments.isEmpty()) {
                    throw refusal(call, "Math." + name + " needs an argument");
                }
                yield Term.chosen(arguments, name.equals("min") ? BigDecimal::min : BigDecimal::max);
            }
            case "abs" -> Term.absolute(single(call, name, arguments));
            case "floor" -> Term.rounded(single(call, name, arguments), RoundingMode.FLOOR);
            case "ceil" -> Term.rounded(single(call, name, arguments), RoundingMode.CEILING);
            case "round" -> Term.roundedHalfUp(single(call, name, arguments));
            default -> throw refusal(call, "no such function: Math." + name + ", but " + FUNCTIONS);
        };
    }

    private Term single(FunctionCall call, String name, List<Term> arguments) {
        if (arguments.size() != 1) {
            throw refusal(call, "Math." + name + " needs one argument, not " + arguments.size());
        }
        return arguments.get(0);
    }

    private FormulaException refusal(AstNode node, String reason) {
        return source.refusal(Math.max(0, node.getAbsolutePosition()), reason);
    }

    /** Keeps the first error, with its offset. */
    private static final class FirstError implements IdeErrorReporter {

        private String reason;
        private int offset;

        @Override
        public void error(String message, String sourceName, int at, int length) {
            if (reason == null) {
                reason = message;
                offset = at;
            }
        }

        @Override
        public void error(String message, String sourceName, int line, String lineSource, int lineOffset) {
            error(message, sourceName, lineOffset, 0);
        }

        @Override
        public void warning(String message, String sourceName, int at, int length) {
            // what the parser merely dislikes is judged by the tree
        }

        @Override
        public void warning(String message, String sourceName, int line, String lineSource, int lineOffset) {
            // what the parser merely dislikes is judged by the tree
        }

        @Override
        public EvaluatorException runtimeError(String message, String sourceName, int line, String lineSource,
                int lineOffset) {
            return new EvaluatorException(message, sourceName, line, lineSource, lineOffset);
        }
    }
}
