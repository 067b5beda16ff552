{{- /* The template of a stream's Job, as src/main/resources/kubernetes/job-template.json with the names and values of the release. */ -}}
{{- define "worker.job" -}}
apiVersion: batch/v1
kind: Job
metadata:
  labels: {app.kubernetes.io/part-of: stream-worker}
spec:
  backoffLimit: 0
  podReplacementPolicy: Failed
  podFailurePolicy:
    rules:
      - action: Ignore
        onPodConditions: [{type: DisruptionTarget, status: "True"}]
      - action: FailJob
        onExitCodes: {operator: NotIn, values: [0]}
  ttlSecondsAfterFinished: {{ .Values.job.ttlSecondsAfterFinished }}
  template:
    metadata:
      labels: {app.kubernetes.io/part-of: stream-worker}
    spec:
      restartPolicy: Never
      serviceAccountName: {{ include "worker.name" . }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      {{- with .Values.imagePullSecrets }}
      imagePullSecrets: {{- toYaml . | nindent 8 }}
      {{- end }}
      terminationGracePeriodSeconds: {{ add (int .Values.segmentSeconds) (int .Values.offsetSeconds) 33 }}
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
        runAsGroup: 10001
        fsGroup: 10001
        seccompProfile: {type: RuntimeDefault}
      containers:
        - name: worker
          image: {{ printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) | quote }}
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          envFrom:
            - configMapRef: {name: {{ include "worker.name" . }}}
          env:
            - name: WORKER_INSTANCE_ID
              valueFrom: {fieldRef: {fieldPath: metadata.name}}
            - name: WORKER_STS_API_KEY
              valueFrom: {secretKeyRef: {name: {{ include "worker.secret" . }}, key: sts-api-key, optional: true}}
            - name: MEDIAMTX_USER
              valueFrom: {secretKeyRef: {name: {{ include "worker.secret" . }}, key: mediamtx-user, optional: true}}
            - name: MEDIAMTX_PASS
              valueFrom: {secretKeyRef: {name: {{ include "worker.secret" . }}, key: mediamtx-pass, optional: true}}
          ports: [{name: management, containerPort: 8000}]
          startupProbe:
            httpGet: {path: /health/started, port: management}
            periodSeconds: 2
            failureThreshold: 30
          livenessProbe:
            httpGet: {path: /health/live, port: management}
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 3
          resources: {{- toYaml .Values.job.resources | nindent 12 }}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {drop: [ALL]}
          volumeMounts:
            - {name: segments, mountPath: /segments}
            - {name: tmp, mountPath: /tmp}
      volumes:
        - name: segments
          emptyDir: {sizeLimit: {{ .Values.job.segmentsSizeLimit }}}
        - name: tmp
          emptyDir: {sizeLimit: 64Mi}
      {{- with .Values.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.affinity }}
      affinity: {{- toYaml . | nindent 8 }}
      {{- end }}
{{- end -}}
