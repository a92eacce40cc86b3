package io.quipu.common.wire;

import tools.jackson.core.JsonParser;
import tools.jackson.core.sym.PropertyNameMatcher;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.SettableBeanProperty;
import tools.jackson.databind.deser.bean.BeanDeserializer;
import tools.jackson.databind.deser.bean.PropertyValueBuffer;

/**
 * Reads a record as Jackson does, with its readers of components, in about two thirds of the time: in UTF-8 a name is matched from the
 * bytes to the component's index, and the value goes straight to its place among the constructor's arguments. Jackson 3.1 does so
 * only for what it makes with a constructor without arguments; for records it makes a string of each name, looks it up in a map, and
 * keeps values in a buffer that is asked afterwards what is missing.
 *
 * <p>For records without annotations of Jackson's, under the features that {@link Json} sets: one that judges what is missing is not
 * asked of a component that may be null, and an unknown name, where that is an error, is refused before the record is made.
 */
final class RecordReader extends BeanDeserializer {

    /** The components by their index; null when the record has none, and is made by Jackson. */
    private SettableBeanProperty[] components;

    /** Whether a component that is missing is simply null. Of the others Jackson says what stands for them, or that they must be there. */
    private boolean[] nullable;

    /** What Jackson reads that record with. */
    RecordReader(BeanDeserializer plain) {
        super(plain);
    }

    @Override
    public void resolve(DeserializationContext context) {
        super.resolve(context);
        if (_propertyBasedCreator == null) {
            return;
        }
        components = new SettableBeanProperty[_propertyBasedCreator.properties().size()];
        nullable = new boolean[components.length];
        _propertyBasedCreator.properties().forEach(component -> {
            components[component.getCreatorIndex()] = component;
            nullable[component.getCreatorIndex()] = !component.getType().isPrimitive() && !component.getType().isReferenceType();
        });
    }

    @Override
    protected Object _deserializeUsingPropertyBased(JsonParser parser, DeserializationContext context) {
        Object[] values = new Object[components.length];
        int name = parser.currentNameMatch(_propNameMatcher);
        while (name >= 0 || name == PropertyNameMatcher.MATCH_UNKNOWN_NAME) {
            parser.nextToken();
            if (name >= 0) {
                SettableBeanProperty component = _propsByIndex[name];
                values[component.getCreatorIndex()] = _deserializeWithErrorWrapping(parser, context, component);
            } else {
                handleUnknownProperty(parser, context, handledType(), parser.currentName());
            }
            name = parser.nextNameMatch(_propNameMatcher);
        }
        try {
            return complete(values) ? _valueInstantiator.createFromObjectWith(context, values)
                    : _propertyBasedCreator.build(context, buffer(values, parser, context));
        } catch (Exception e) {
            return wrapInstantiationProblem(context, e);
        }
    }

    private boolean complete(Object[] values) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] == null && !nullable[i]) {
                return false;
            }
        }
        return true;
    }

    private PropertyValueBuffer buffer(Object[] values, JsonParser parser, DeserializationContext context) {
        PropertyValueBuffer buffer = _propertyBasedCreator.startBuilding(parser, context, null);
        for (int i = 0; i < values.length; i++) {
            if (values[i] != null) {
                buffer.assignParameter(components[i], values[i]);
            }
        }
        return buffer;
    }
}
