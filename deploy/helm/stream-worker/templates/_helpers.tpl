{{- define "worker.name" -}}
{{- printf "%s-stream-worker" .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- define "worker.selector" -}}
app.kubernetes.io/name: stream-worker
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}
{{- define "worker.labels" -}}
{{ include "worker.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}
{{- define "worker.secret" -}}
{{- .Values.secret.existing | default (include "worker.name" .) -}}
{{- end -}}

{{- /* Two pods can hand streams over when both see the segments. Jobs outlive serve: there is nothing to hand over. */ -}}
{{- define "worker.takesOver" -}}
{{- if and .Values.segments.existingClaim (ne .Values.spawn "kubernetes") -}}yes{{- else -}}no{{- end -}}
{{- end }}
